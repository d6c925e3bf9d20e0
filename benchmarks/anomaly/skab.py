"""SKAB, valve 1: the first 400 rows of each file train, the rest test, one confusion matrix."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.anomaly.projects import DetectorProject, Trained
from benchmarks.anomaly.scores import Scores, baseline_scores, network_scores, together
from dltemplates.evaluation.anomaly_baselines import WindowPCA
from dltemplates.export.anomaly_detector import THRESHOLD

# The last quarter of the training rows calibrates; the rows stay as they are, gaps and all.
PROTOCOL = (
    "data.train_end=300",
    "data.validation_end=400",
    "data.timestamp=none",
    'data.ignore=["datetime", "changepoint"]',
)


def skab_files(folder: Path) -> list[Path]:
    """The logs, in the order of their numbers."""
    return sorted(folder.glob("*.csv"), key=lambda path: int(path.stem))


def train_log(
    project: DetectorProject, path: Path, seed: int, settings: Sequence[str] = ()
) -> Trained:
    """Trains on one log by the protocol."""
    return project.train(path, [*PROTOCOL, f"train.seed={seed}", *settings])


def measure_skab(folder: Path, seeds: tuple[int, ...], settings: tuple[str, ...]) -> None:
    """Prints a Markdown table: the network for each seed, and window PCA."""
    print("| | seed | F1 | false alarms (FAR) | missed (MAR) | mean AUROC | mean AP | training, s "
          "a file |\n| --- | --- | --- | --- | --- | --- | --- | --- |")  # fmt: skip
    with tempfile.TemporaryDirectory() as temporary:
        project = DetectorProject(Path(temporary), kind="series")
        for seed in seeds:
            ours, planes, seconds = [], [], []
            for path in skab_files(folder):
                trained = train_log(project, path, seed, settings)
                rate = trained.model.get_layer(THRESHOLD).false_alarm_rate
                ours.append(network_scores(trained))
                planes.append(baseline_scores(trained, WindowPCA(), rate))
                seconds.append(trained.seconds)
                _progress(path, ours[-1], planes[-1])
            print(f"| network | {seed} | {_cells(ours)} | {np.mean(seconds):.1f} |")
            if seed == seeds[-1]:
                print(f"| window PCA | | {_cells(planes)} | |")
    always = together(ours)
    always = Scores(always.labels, always.raw, np.ones_like(always.alarms))
    print(f"| an alarm in every row | | {always.f1:.3f} | 100.0% | 0.0% | 50.0% | | |")


def _cells(parts: list[Scores]) -> str:
    rows = together(parts)
    auroc = np.mean([part.auroc for part in parts])
    precision = np.mean([part.average_precision for part in parts])
    return (
        f"{rows.f1:.3f} | {rows.false_alarm_rate:.1%} | {rows.missed:.1%} | {auroc:.1%} "
        f"| {precision:.1%}"
    )


def _progress(path: Path, ours: Scores, plane: Scores) -> None:
    for name, scores in (("network", ours), ("window PCA", plane)):
        print(
            f"{path.stem:>3} {name:10} AUROC {scores.auroc:.3f} AP {scores.average_precision:.3f} "
            f"FAR {scores.false_alarm_rate:.1%} MAR {scores.missed:.1%}",
            file=sys.stderr,
        )
