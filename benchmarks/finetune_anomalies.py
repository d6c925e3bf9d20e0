"""SKAB, valve 1: a detector of all files but one, calibrated on the first rows of that one."""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import pandas as pd

MODELS = ("before", "fine-tuned", "from scratch")
LEARNED = 400  # first rows of each file, which are normal
_CALIBRATING = 100
_ASIDE = ["datetime", "changepoint"]


@click.command("finetune-anomalies")
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path("../shared/data/anomaly/series/skab-valve1"),
    show_default=True,
)
@click.option("--seed", "seeds", multiple=True, type=int, default=(0, 1, 2), show_default=True)
@click.option("--only", multiple=True, help="Leave out these files alone, such as 3; repeatable.")
@click.option(
    "--train", "training", multiple=True, help="A setting of every training, such as a length."
)
@click.option("--set", "settings", multiple=True, help="A setting of fine-tuning, for ablations.")
def finetune_anomalies(
    data: Path,
    seeds: tuple[int, ...],
    only: tuple[str, ...],
    training: tuple[str, ...],
    settings: tuple[str, ...],
) -> None:
    """Leaves out one file of SKAB after another; beside training on its first 400 rows alone.

    The defaults of fine-tuning were chosen on the files of even numbers, so those of odd numbers
    are told apart.
    """
    from benchmarks.anomaly.projects import DetectorProject
    from benchmarks.anomaly.skab import skab_files

    files = skab_files(data.resolve())
    left_out = [file for file in files if not only or file.stem in only]
    print("| file | seed | AUROC before | fine-tuned | from scratch | false alarms before "
          "| fine-tuned | from scratch | training of the start, s | of fine-tuning | from scratch |"
          "\n" + "| --- " * 11 + "|")  # fmt: skip
    measured: dict[int, dict[int, np.ndarray]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        project = DetectorProject(Path(temporary), kind="series")
        for file in left_out:
            others = join([each for each in files if each != file], Path(temporary))
            for seed in seeds:
                seeded = [f"train.seed={seed}", *training]
                figures = _measure(project, file, others, seeded, list(settings))
                measured.setdefault(seed, {})[int(file.stem)] = figures
                print(f"| {file.stem} | {seed} | {_cells(figures)} |", flush=True)
    for name, parity in (("even", 0), ("odd", 1), ("all", None)):
        for seed, found in measured.items():
            rows = [row for number, row in found.items() if parity in (None, number % 2)]
            if rows:
                print(f"| **mean of {name}** | {seed} | {_cells(np.mean(rows, axis=0))} |")


def join(files: list[Path], folder: Path) -> Path:
    """The first rows of several logs as one: a row that is marked keeps windows off the seams."""
    parts = []
    for file in files:
        rows = pd.read_csv(file, sep=";").drop(columns=_ASIDE).iloc[:LEARNED]
        seam = pd.DataFrame([{"anomaly": 1.0}], columns=rows.columns)
        parts += [rows, seam]
    path = folder / "others.csv"
    pd.concat(parts[:-1], ignore_index=True).to_csv(path, index=False)
    return path


def _measure(project, file: Path, others: Path, seeded: list[str], settings: list[str]):
    """By model, AUROC, then false alarms, then seconds within training steps: `(9,)`."""
    from benchmarks.anomaly.scores import network_scores
    from benchmarks.anomaly.skab import PROTOCOL

    rows = len(pd.read_csv(others))
    ends = [f"data.train_end={rows - _CALIBRATING}", f"data.validation_end={rows}"]
    start = project.train(others, ["data.timestamp=none", *ends, *seeded])
    tuned = project.finetune(start, file, [*PROTOCOL, *seeded, *settings])
    scratch = project.train(file, [*PROTOCOL, *seeded])
    models = (replace(start, data=tuned.data), tuned, scratch)
    scores = [network_scores(each) for each in models]
    auroc = [each.auroc for each in scores]
    print(f"{file.stem}: {dict(zip(MODELS, auroc, strict=True))}", file=sys.stderr)
    alarms = [each.false_alarm_rate for each in scores]
    return np.array([*auroc, *alarms, *(each.seconds for each in models)])


def _cells(figures: np.ndarray) -> str:
    shares = " | ".join(f"{share:.1%}" for share in figures[:6])
    return f"{shares} | {' | '.join(f'{seconds:.1f}' for seconds in figures[6:])}"
