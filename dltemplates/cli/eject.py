"""`dltemplates eject`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dltemplates.cli import project_folder
from dltemplates.console import debug_flag, json_option, print_json

if TYPE_CHECKING:
    from dltemplates.scaffold.ejecting.ejection import Ejection


@click.command("eject", short_help="Copy the library code that a project uses into it.")
@project_folder.argument
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@click.option("--allow-dirty", is_flag=True, help="Even if git has uncommitted changes.")
@json_option
@debug_flag
def command(project: Path, dry_run: bool, allow_dirty: bool, as_json: bool) -> None:
    """Make the project in the folder PROJECT (default: here) independent of dltemplates.

    The library code that it uses, and no other, is copied into its package, and its imports find it
    there. It then depends on Keras and its like alone. Models that were saved before still load,
    your own changes stay, and `dltemplates update` still works. All of it happens, or nothing.
    """
    from dltemplates.scaffold.ejecting.ejection import prepare

    ejection = prepare(project)
    if not dry_run:
        ejection.apply(allow_dirty=allow_dirty)
    if as_json:
        print_json(_as_dict(ejection, written=not dry_run))
    else:
        _print(ejection, written=not dry_run)


def _as_dict(ejection: "Ejection", *, written: bool) -> dict[str, object]:
    from dltemplates.scaffold.ejecting.carried_library import lines_of

    return {
        "project": str(ejection.project.resolve()),
        "written": written,
        "library": ejection.folder,
        "copied": [file.path for file in ejection.copied],
        "lines": lines_of(ejection.copied),
        "changed": list(ejection.renamed),
        "mentions": list(ejection.mentions),
    }


def _print(ejection: "Ejection", *, written: bool) -> None:
    from dltemplates import __version__
    from dltemplates.scaffold.ejecting.carried_library import amount

    for path in ejection.renamed:
        click.echo(f"change  {path}")
    click.echo(f"add     {ejection.folder}: {amount(ejection.copied)} of dltemplates {__version__}")
    for path in ejection.mentions:
        click.secho(f"look    {path}: it still names dltemplates", fg="yellow")
    if not written:
        click.echo("Nothing was written.")
        return
    click.echo("\nThe project needs dltemplates no more. Its requirements have changed:")
    click.echo("  python -m pip install -e .")
