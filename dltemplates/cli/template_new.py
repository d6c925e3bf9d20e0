"""`dltemplates template new`."""

import click

from dltemplates.console import debug_flag, json_option, print_json


@click.command("new", short_help="Make a template to begin with.")
@click.argument("dest", type=click.Path(file_okay=False))
@json_option
@debug_flag
def command(dest: str, as_json: bool) -> None:
    """Make a template in the folder DEST: a classifier of table rows, to be changed.

    It is small, and complete: it passes `template check`, and its projects train.
    """
    import os
    import shlex
    from pathlib import Path

    from dltemplates.scaffold import starter

    target = Path(os.path.abspath(dest))
    files = starter.write(target)
    if as_json:
        print_json({"template": str(target), "files": [file.path for file in files]})
        return
    place = dest if os.sep in dest else f"./{dest}"
    click.echo(f"Created {click.style(dest, bold=True)}: {len(files)} files.\n\nNext:")
    click.echo(f"  dltemplates template check {shlex.quote(place)}")
    click.echo(f"  dltemplates new {shlex.quote(place)} my-app")
