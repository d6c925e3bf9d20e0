"""The `dltemplates` command: one file a command, each loaded when it is wanted."""

import os

import click

from dltemplates import __version__
from dltemplates.console import LazyGroup, debug_flag

_COMMANDS = {
    "list": "dltemplates.cli.list",
    "show": "dltemplates.cli.show",
    "inspect": "dltemplates.cli.inspect",
    "new": "dltemplates.cli.new",
    "template": "dltemplates.cli.template",
    "update": "dltemplates.cli.update",
    "add": "dltemplates.cli.add",
    "adopt": "dltemplates.cli.adopt",
    "verify": "dltemplates.cli.verify",
    "eject": "dltemplates.cli.eject",
    "doctor": "dltemplates.cli.doctor",
}


@click.group(
    cls=LazyGroup,
    modules=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog='Completion in bash: eval "$(_DLTEMPLATES_COMPLETE=bash_source dltemplates)". '
    "For zsh, fish and powershell write their name in place of bash.",
)
@click.version_option(__version__, prog_name="dltemplates")
@debug_flag
def main() -> None:
    """Ready-to-train Keras projects from parameterised templates."""


if "_DLTEMPLATES_COMPLETE" in os.environ:
    from dltemplates.cli import bash_completion as _bash_completion  # noqa: F401 (registers itself)
