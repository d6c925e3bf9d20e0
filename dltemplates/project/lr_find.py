"""`lr-find`: which learning rate this project wants."""

import csv
from pathlib import Path
from typing import Any

import click

from dltemplates.console import debug_flag, json_option, print_json
from dltemplates.errors import TrainingError
from dltemplates.project.commands import Project, make_folder, plain_failures
from dltemplates.project.config import load_config
from dltemplates.project.rehearsal import config_option, rehearse, set_option

_FEWEST, _USUAL = 20, 200  # steps


@click.command(name="lr-find")
@config_option
@set_option
@click.option(
    "--steps",
    type=click.IntRange(_FEWEST),
    default=_USUAL,
    show_default=True,
    help="Steps of training.",
)
@click.option("--low", type=click.FloatRange(0, min_open=True), help="Rate of the first step.")
@click.option("--high", type=click.FloatRange(0, min_open=True), help="Rate of the last step.")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("lr-find"),
    show_default=True,
    help="Folder of the plot and the table.",
)
@json_option
@debug_flag
@click.pass_obj
@plain_failures
def lr_find(
    project: Project,
    path: Path,
    overrides: tuple[str, ...],
    steps: int,
    low: float | None,
    high: float | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Find a learning rate: train a few steps at a rising one. Leaves no run."""
    if low is not None and high is not None and low >= high:
        raise click.UsageError("--low is below --high.")
    config = load_config(project.schema, path, overrides)
    make_folder(folder)
    finder = _test(project, config, low, high, steps)
    rates, losses = finder.curve()
    from dltemplates.training.range_test import read_curve, smooth_curve
    from dltemplates.training.range_test_plot import plot_range_test

    result = read_curve(rates, losses)
    _write_table(folder / "lr-find.csv", rates, losses, smooth_curve(losses))
    for suffix in ("svg", "png"):
        plot_range_test(
            rates, losses, result.suggestion, finder.usual, folder / f"lr-find.{suffix}"
        )
    setting = None if result.suggestion is None else f"train.learning_rate={result.suggestion:g}"
    if as_json:
        print_json(
            {
                "suggestion": result.suggestion,
                "set": setting,
                "words": result.words,
                "now": float(f"{finder.usual:.3g}"),
                "steps": len(rates),
                "plot": str(folder / "lr-find.svg"),
                "table": str(folder / "lr-find.csv"),
            }
        )
        return
    click.echo(result.words)
    click.echo(f"Set now: {finder.usual:.3g}. Plot: {folder / 'lr-find.svg'}")
    if setting is not None:
        click.echo(f"Suggested: --set {setting}")


def _test(project: Project, config: Any, low: float | None, high: float | None, steps: int) -> Any:
    """Trains at a rising rate; returns the callback that kept the losses."""
    project.function("train", "train")  # says what is wrong with TensorFlow first
    from dltemplates.callbacks import LearningRateFinder, RangeTestDone
    from dltemplates.training.failures import diverged

    click.echo(f"Training {steps} steps at a rising learning rate.", err=True)
    finder = LearningRateFinder(low, high, steps)
    try:
        rehearse(project, _long_enough(config, steps), [finder])
    except RangeTestDone:
        pass
    except Exception as error:
        if not diverged(error) or len(finder.curve()[0]) == 0:
            raise
    if len(finder.curve()[0]) == 0:
        raise TrainingError("Training ended before its first step.", where="lr-find")
    return finder


def _long_enough(config: Any, steps: int) -> Any:
    """The configuration with a run of so many steps or more: an epoch has at least one."""
    key = "steps" if "steps" in type(config.train).model_fields else "epochs"
    return config.model_copy(update={"train": config.train.model_copy(update={key: steps})})


def _write_table(path: Path, rates: Any, losses: Any, smooth: Any) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["step", "learning_rate", "loss", "smoothed_loss"])
        rows = zip(rates, losses, smooth, strict=True)
        for step, row in enumerate(rows, 1):
            writer.writerow([step, *(f"{value:.6g}" for value in row)])
