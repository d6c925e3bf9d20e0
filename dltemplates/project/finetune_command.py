"""`finetune`: goes on from a trained model with other data, and says whether that paid."""

from collections.abc import Callable
from typing import Any

import click

from dltemplates.project.commands import Project
from dltemplates.project.finetuning import Yardstick, compare, lines
from dltemplates.project.training_command import training_command
from dltemplates.training.run_records import RunRecord


def finetune_command(load_yardstick: Callable[[], Yardstick]) -> click.Command:
    """Builds the command.

    Args:
        load_yardstick: Imports what models of the task are compared by, when it is needed.
    """

    def after(project: Project, config: Any, run: Any) -> dict[str, Any]:
        comparison = RunRecord(run.folder).finetuning
        if not comparison:
            click.echo("Comparing, also with training from scratch for as long ...", err=True)
            comparison = compare(project, load_yardstick(), config, run)
            run.write_json("finetuning.json", comparison)
        for line in lines(comparison):
            click.echo(line, err=True)
        return {"finetuning": comparison}

    return training_command(
        "finetune",
        "Train a finished model on, with other data or classes; the result is a run of its own.",
        [
            click.Option(
                ["--from", "start"],
                metavar="MODEL",
                help="A run, a .keras file or an export; sets finetune.start.",
            ),
            click.Option(
                ["--compare/--no-compare"],
                default=True,
                show_default=True,
                help="Measure before and after, and train from scratch for as long.",
            ),
        ],
        after,
    )
