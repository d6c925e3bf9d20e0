"""Fine-tuning a forecaster of six columns of ETTh1 on the first 2,000 rows of the seventh."""

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from benchmarks.etth1 import PROTOCOL
from benchmarks.measuring import run_module

COLUMNS = ("HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT")
ROWS = ("data.train_end=1600", "data.validation_end=2000", "data.test_end=14400")
_PARTS = {"validation": range(8640, 11520), "test": range(11520, 14400)}  # of the protocol


@click.command("finetune-series")
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True),
    default=Path("../shared/data/forecasting/ETTh1.csv"),
    show_default=True,
    help="The CSV file.",
)
@click.option("--seed", "seeds", multiple=True, type=int, default=(0, 1, 2), show_default=True)
@click.option("--column", "columns", multiple=True, default=COLUMNS, show_default=True)
@click.option("--set", "settings", multiple=True, help="A setting of the project, for ablations.")
@click.option(
    "--part",
    type=click.Choice(list(_PARTS)),
    default="test",
    show_default=True,
    help="Rows to measure on, of the protocol's.",
)
@click.option("--work", type=click.Path(path_type=Path), help="Keep the runs here, and use them.")
def finetune_series(
    data: Path,
    seeds: tuple[int, ...],
    columns: tuple[str, ...],
    settings: tuple[str, ...],
    part: str,
    work: Path | None,
) -> None:
    """Leaves each column out: a model of the others goes on with it, beside one from scratch.

    That has the project's own number of steps. All are measured on the rows of a year later.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = (work or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "project").exists():
            run_module(folder, "dltemplates", "new", "lstm-forecaster", "project", "--defaults")
        bench = _Bench(folder / "project", data.resolve(), settings, part)
        print("| seed | column | before | fine-tuned | from scratch | gain | seconds |\n"
              "| --- | --- | --- | --- | --- | --- | --- |")  # fmt: skip
        for seed in seeds:
            rows = [bench.row(seed, column) for column in columns]
            means = [statistics.mean(each) for each in zip(*rows, strict=True)]
            print(f"| {seed} | mean | {_figures(means)} | |", flush=True)


class _Bench:
    """One generated project and its runs."""

    def __init__(self, folder: Path, data: Path, settings: tuple[str, ...], part: str) -> None:
        from dltemplates.project.commands import Project

        sys.path.insert(0, str(folder))
        self.project = Project("project", folder / "runs")
        self.part = _PARTS[part]
        self.settings = ("data.source=path", f"data.path={data}", *settings)

    def row(self, seed: int, column: str) -> tuple[float, float, float]:
        """Errors before, fine-tuned and from scratch; prints them."""
        others = ",".join(each for each in COLUMNS if each != column)
        old = self._config(seed, others, PROTOCOL)
        new = self._config(seed, column, ROWS)
        before = self._run("train", f"old-{column}-{seed}", old)
        started = self._config(seed, column, (*ROWS, f"finetune.start={before.folder}"))
        after = self._run("finetune", f"new-{column}-{seed}", started)
        scratch = self._run("train", f"scratch-{column}-{seed}", new)
        data = self.project.load_data(new)
        data.splits["test"] = self.part
        errors = tuple(self._error(run, data) for run in (before, after, scratch))
        seconds = " ".join(f"{_seconds(run):.0f}" for run in (before, after, scratch))
        print(f"| {seed} | {column} | {_figures(errors)} | {seconds} |", flush=True)
        return errors

    def _config(self, seed: int, columns: str, rows: tuple[str, ...]) -> Any:
        from dltemplates.project.config import load_config

        settings = (*self.settings, *rows, f"data.targets={columns}", f"train.seed={seed}")
        return load_config(self.project.schema, self.project.runs.parent / "config.toml", settings)

    def _run(self, step: str, name: str, config: Any) -> Any:
        from dltemplates.project.config import dump_config
        from dltemplates.training.run import Run

        learn: Callable[..., dict[str, float]] = self.project.function(step, step)
        if (self.project.runs / name / "done.json").exists():
            return Run.find(self.project.runs, name)
        run = Run.create(self.project.runs, name)
        run.begin(step, "project", dump_config(config))
        run.finish(learn(config, run))
        return run

    def _error(self, run: Any, data: Any) -> float:
        from dltemplates.project.series_yardstick import squared_error

        measured = squared_error(run.load_model(), data, model_names={}, data_names={})
        assert measured is not None
        return measured.value


def _seconds(run: Any) -> float:
    from dltemplates.training.run_records import RunRecord

    return RunRecord(run.folder).done["training_seconds"]


def _figures(errors: Any) -> str:
    before, after, scratch = errors
    return f"{before:.4f} | {after:.4f} | {scratch:.4f} | {scratch - after:+.4f}"
