"""`dltemplates template`: what authors of templates need."""

import click

from dltemplates.console import LazyGroup, debug_flag

_COMMANDS = {
    "new": "dltemplates.cli.template_new",
    "check": "dltemplates.cli.template_check",
}


@click.group("template", cls=LazyGroup, modules=_COMMANDS, short_help="Make and check templates.")
@debug_flag
def command() -> None:
    """Make a template of your own, and check it. The guide is docs/templates.md."""
