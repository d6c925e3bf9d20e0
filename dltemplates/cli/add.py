"""`dltemplates add`."""

from pathlib import Path

import click

from dltemplates.cli import project_folder
from dltemplates.console import debug_flag, json_option

PARTS = ("docker", "ci", "serve", "notebook")


@click.command("add", short_help="Add an optional part to a project.")
@click.argument("part", type=click.Choice(PARTS))
@project_folder.argument
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--diff", is_flag=True, help="Show what would change, line by line; change nothing.")
@click.option("--allow-dirty", is_flag=True, help="Even if git has uncommitted changes.")
@json_option
@debug_flag
def command(
    part: str, project: Path, dry_run: bool, diff: bool, allow_dirty: bool, as_json: bool
) -> None:
    """Add a part to the project in the folder PROJECT (default: here).

    \b
    docker    serve the export with TensorFlow Serving: Dockerfile, compose.yaml
    ci        lint and test on GitHub
    serve     the server's tests, and how to ask it
    notebook  notebook.ipynb: train, look at the curves, evaluate and predict

    It is `dltemplates update --set PART=true`, which also brings the project up to date; what was
    deleted of the part comes back.
    """
    from dltemplates.cli import update_summary
    from dltemplates.scaffold.updating.update import prepare

    update = prepare(project, part=part)
    update_summary.finish(
        update, write=not (dry_run or diff), diff=diff, allow_dirty=allow_dirty, as_json=as_json
    )
