"""`dltemplates adopt`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dltemplates.cli import project_folder
from dltemplates.cli.completion import settings as complete_settings
from dltemplates.cli.completion import template_names
from dltemplates.console import debug_flag, json_option, print_json

if TYPE_CHECKING:
    from dltemplates.scaffold.updating.adoption import Adoption


@click.command("adopt", short_help="Make a new record for a project that lost its own.")
@project_folder.argument
@click.option(
    "--template",
    metavar="NAME",
    default="",
    shell_complete=template_names,
    help="What it was made from; default: the template that is nearest.",
)
@click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    shell_complete=complete_settings,
    help="An answer that you know; may be repeated.",
)
@click.option("--dry-run", is_flag=True, help="Say what was found; write nothing.")
@json_option
@debug_flag
def command(
    project: Path, template: str, settings: tuple[str, ...], dry_run: bool, as_json: bool
) -> None:
    """Make a record for the project in the folder PROJECT (default: here), which has none.

    For a project whose .dltemplates is lost or damaged, or code that was begun from an older
    version. It finds the template and the answers that come nearest to what is there. What is
    otherwise counts as your change from then on, which `dltemplates update` keeps. Your files stay
    as they are.
    """
    from dltemplates.scaffold.updating.adoption import adopt

    adoption = adopt(project, template, settings)
    if not dry_run:
        adoption.write()
    if as_json:
        print_json(_as_dict(adoption, not dry_run))
    else:
        _print(adoption, dry_run)


def _as_dict(adoption: "Adoption", written: bool) -> dict[str, object]:
    record, likeness = adoption.record, adoption.likeness
    return {
        "project": str(adoption.project.resolve()),
        "package": record.package,
        "template": {"name": record.template, "version": record.template_version},
        "answers": record.answers,
        "chosen": list(record.chosen),
        "likeness": likeness.share,
        "same": list(likeness.same),
        "different": list(likeness.different),
        "missing": list(likeness.missing),
        "written": written,
    }


def _print(adoption: "Adoption", dry_run: bool) -> None:
    from dltemplates.scaffold.parameters import text_of

    record, likeness = adoption.record, adoption.likeness
    source = f"{record.template} {record.template_version}"
    click.echo(f"{click.style(record.title, bold=True)} is nearest to {source}, with:")
    for name in record.chosen:
        click.echo(f"  {name}={text_of(record.answers[name])}")
    if not record.chosen:
        click.echo("  its defaults")
    click.echo(
        f"{likeness.share:.1%} of the lines are alike; {len(likeness.same)} files are as they are "
        f"rendered."
    )
    for words, paths in (("different", likeness.different), ("missing", likeness.missing)):
        for path in paths:
            click.echo(f"{words}  {path}")
    if dry_run:
        click.echo("Nothing was written.")
    else:
        click.echo("It has its record again. Next: dltemplates update --diff")
