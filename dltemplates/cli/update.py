"""`dltemplates update`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dltemplates.cli import project_folder
from dltemplates.cli.completion import recorded_settings
from dltemplates.console import debug_flag, json_option, on_terminal

if TYPE_CHECKING:
    from dltemplates.scaffold.answers import Ask
    from dltemplates.scaffold.parameters import Parameter, Value
    from dltemplates.scaffold.template import Template


@click.command("update", short_help="Bring a project up to date with its template.")
@project_folder.argument
@click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    shell_complete=recorded_settings,
    help="Change an answer of the project; may be repeated.",
)
@click.option("--template", metavar="NAME", default="", help="Where the template is, if it moved.")
@click.option("--defaults", is_flag=True, help="Ask nothing; new parameters take their defaults.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--diff", is_flag=True, help="Show what would change, line by line; change nothing.")
@click.option("--allow-dirty", is_flag=True, help="Even if git has uncommitted changes.")
@json_option
@debug_flag
def command(
    project: Path,
    settings: tuple[str, ...],
    template: str,
    defaults: bool,
    dry_run: bool,
    diff: bool,
    allow_dirty: bool,
    as_json: bool,
) -> None:
    """Bring the project in the folder PROJECT (default: here) up to date with its template.

    What you changed stays, what the template changed comes in, and what both changed is merged.
    Where that cannot be, both are marked in the file with what was there before, and the command
    ends with 1. It needs neither the network nor the template as it was, and it works with git and
    without. An update that is interrupted is taken back by the next one.
    """
    from dltemplates.cli import update_summary
    from dltemplates.scaffold.updating.update import prepare

    interactive = not (defaults or as_json) and on_terminal()
    ask = _asker if interactive else None
    update = prepare(project, settings, template=template, ask=ask)
    update_summary.finish(
        update, write=not (dry_run or diff), diff=diff, allow_dirty=allow_dirty, as_json=as_json
    )


def _asker(template: "Template") -> "Ask":
    """Returns what asks for new parameters, and says so before the first of them."""
    asking: list[Ask] = []

    def ask(parameter: "Parameter", default: "Value") -> "Value":
        from dltemplates.cli.language import language
        from dltemplates.cli.prompts import Prompter

        if not asking:
            asking.append(Prompter(template, language()))
        return asking[0](parameter, default)

    return ask
