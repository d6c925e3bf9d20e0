"""`dltemplates verify`."""

import sys
from pathlib import Path

import click

from dltemplates.cli import project_folder
from dltemplates.console import debug_flag, json_option, print_json

_STEPS = ("lint", "tests", "train", "export", "parity")


@click.command("verify", short_help="Check that a project works: lint, tests, training, export.")
@project_folder.argument
@click.option("--only", type=click.Choice(_STEPS), multiple=True, help="Take this step alone.")
@click.option("--skip", type=click.Choice(_STEPS), multiple=True, help="Leave this step out.")
@json_option
@debug_flag
@click.pass_context
def command(
    context: click.Context,
    project: Path,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    as_json: bool,
) -> None:
    """Check that the project in the folder PROJECT (default: here) works.

    It lints and tests it, trains a few steps with its own settings and data, exports the result and
    proves that the export answers as Python does. Each line is ok, a note or WRONG, with what mends
    it. Ends with 1 if something is wrong. Nothing is left in the project. --only and --skip may be
    repeated; what a step needs is done too.
    """
    from dltemplates.machine.check import lines, stops_training
    from dltemplates.scaffold import record
    from dltemplates.scaffold.checking.verification import verify, wanted_steps

    shown = not as_json and sys.stderr is not None and sys.stderr.isatty()
    width = max(map(len, _STEPS))

    def begin(step: str) -> None:
        if shown:
            click.echo(f"{'':6} {step:<{width}}  …\r", nl=False, err=True)

    package = record.read(project).package
    steps = wanted_steps(set(only), set(skip))
    if not steps:
        raise click.UsageError("Every step is skipped: nothing would be checked.")
    found = []
    for each in verify(project, package, steps, begin):
        found.append(each)
        if not as_json:
            for line in lines([each.check], width):
                click.echo(line)
    wrong = stops_training(each.check for each in found)
    if as_json:
        print_json({"ok": not wrong, "steps": [each.as_dict() for each in found]})
    if wrong:
        context.exit(1)
