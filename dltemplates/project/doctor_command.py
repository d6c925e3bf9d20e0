"""The command `doctor` of a project: the machine, and how fast the project trains on it."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from dltemplates.console import debug_flag, json_option, print_json
from dltemplates.project.commands import Project, config_option, set_option


@click.command()
@config_option
@set_option
@click.option("--no-probe", is_flag=True, help="Look at the machine only.")
@click.option(
    "--limit",
    type=click.FloatRange(min=1),
    default=600.0,
    show_default=True,
    help="Seconds that one measurement may take.",
)
@json_option
@debug_flag
@click.pass_obj
@click.pass_context
def doctor(
    context: click.Context,
    project: Project,
    path: Path,
    overrides: tuple[str, ...],
    no_probe: bool,
    limit: float,
    as_json: bool,
) -> None:
    """Check this machine, and measure how fast this project trains on it.

    It trains twenty steps in each precision that makes sense here, every time in a process of its
    own, and keeps nothing of it.
    """
    from dltemplates.machine.check import lines, stops_training
    from dltemplates.machine.checks import check_all
    from dltemplates.project.config import load_config
    from dltemplates.project.speed import ask_child, measure_speed, unit_of

    config = load_config(project.schema, path, overrides)
    checks = check_all()
    stopped = stops_training(checks)
    answer: dict[str, Any] = {"ok": not stopped, "checks": [each.as_dict() for each in checks]}
    if not as_json:
        click.echo("\n".join(lines(checks)))
    if not stopped and not no_probe:
        if not as_json:
            click.echo("\nThe first steps of this project's own training:")

        def measure(precision: str | None) -> dict[str, Any]:
            chosen = () if precision is None else (f"train.precision={precision}",)
            return ask(overrides=(*overrides, *chosen))

        ask = partial(ask_child, project.package, project.runs, path, limit=limit)
        unit, choice = unit_of(project.schema), hasattr(config.train, "precision")
        speed = measure_speed(measure, unit, choice=choice)
        answer["training"] = speed.as_dict()
        if not as_json:
            click.echo("\n".join(speed.lines()))
    if as_json:
        print_json(answer)
    if stopped:
        context.exit(1)
