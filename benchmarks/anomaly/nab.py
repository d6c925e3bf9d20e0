"""NAB: the first 15 % of each series, at most 750 rows, train; the rest tests."""

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import pandas as pd

from benchmarks.anomaly.projects import DetectorProject, Trained
from benchmarks.anomaly.scores import Scores, baseline_scores, network_scores
from dltemplates.evaluation.anomaly_baselines import NearestNeighbours, WindowPCA
from dltemplates.evaluation.anomaly_events import event_metrics
from dltemplates.evaluation.vus import vus_pr
from dltemplates.export.anomaly_detector import THRESHOLD

FOLDERS = ("artificialWithAnomaly", "realAWSCloudwatch")
_SHARE, _MOST, _VALIDATION = 0.15, 750, 0.25
_BUFFER = 100  # rows


@dataclass(frozen=True)
class Measured:
    """One detector on one series."""

    average_precision: float
    vus_pr: float
    events: int
    found: int
    normal: int
    false: int
    seconds: float

    @classmethod
    def of(cls, scores: Scores, seconds: float = np.nan) -> "Measured":
        events = event_metrics(scores.labels, scores.alarms)
        return cls(
            scores.average_precision,
            vus_pr(scores.labels, scores.raw, _BUFFER),
            events.events,
            events.found,
            int((~scores.labels).sum()),
            int((scores.alarms & ~scores.labels).sum()),
            seconds,
        )


def nab_files(folder: Path, only: tuple[str, ...] = ()) -> list[Path]:
    """The series with labelled windows."""
    windows = json.loads((folder / "combined_windows.json").read_text())
    return [
        folder / name
        for name in sorted(windows)
        if name.startswith(FOLDERS)
        and windows[name]
        and (folder / name).exists()
        and (not only or any(text in name for text in only))
    ]


def write_series(folder: Path, file: Path, work: Path) -> tuple[Path, list[str]]:
    """Writes a series with its labels; returns where, and the settings of the protocol.

    The times are left out, so that the rows stay as they are.
    """
    name = f"{file.parent.name}/{file.name}"
    windows = json.loads((folder / "combined_windows.json").read_text())[name]
    series = pd.read_csv(file, parse_dates=["timestamp"])
    anomalous = np.zeros(len(series), "int64")
    for first, last in windows:
        anomalous |= series["timestamp"].between(first, last).to_numpy()
    path = work / file.name
    pd.DataFrame({"value": series["value"], "anomaly": anomalous}).to_csv(path, index=False)
    stop = min(int(_SHARE * len(series)), _MOST)
    train = stop - round(_VALIDATION * stop)
    settings = (f"data.train_end={train}", f"data.validation_end={stop}", "data.timestamp=none")
    return path, list(settings)


def measure_nab(
    folder: Path, seeds: tuple[int, ...], settings: tuple[str, ...], only: tuple[str, ...]
) -> None:
    """Prints a Markdown table: a row a detector."""
    results: dict[str, list[Measured]] = {}
    files = nab_files(folder, only)
    if not files:
        raise click.UsageError(f"There are no such series in {folder}.")
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        networks = {
            "denoising (the default)": DetectorProject(work, kind="series"),
            "bottleneck": DetectorProject(work, kind="series", network="bottleneck"),
        }
        for file in files:
            path, ends = write_series(folder, file, work)
            for seed in seeds:
                for name, project in networks.items():
                    trained = project.train(path, [*ends, f"train.seed={seed}", *settings])
                    found = Measured.of(network_scores(trained), trained.seconds)
                    results.setdefault(name, []).append(found)
            for name, found in _baselines(trained).items():
                results.setdefault(name, []).append(found)
            _progress(file, results)
    print(f"{len(files)} series, seeds {' '.join(map(str, seeds))}\n")
    _show(results)


def _baselines(trained: Trained) -> dict[str, Measured]:
    rate = trained.model.get_layer(THRESHOLD).false_alarm_rate
    detectors = {"window PCA": WindowPCA(), "window 5-NN": NearestNeighbours()}
    return {
        name: Measured.of(baseline_scores(trained, detector, rate))
        for name, detector in detectors.items()
    }


def _show(results: dict[str, list[Measured]]) -> None:
    print("| | mean AP | mean VUS-PR | events found | normal rows that alarm | training, s "
          "a series |\n| --- | --- | --- | --- | --- | --- |")  # fmt: skip
    for name, each in results.items():
        found, events = sum(m.found for m in each), sum(m.events for m in each)
        false, normal = sum(m.false for m in each), sum(m.normal for m in each)
        seconds = np.mean([m.seconds for m in each])
        trained = "" if np.isnan(seconds) else f"{seconds:.1f}"
        print(
            f"| {name} | {np.mean([m.average_precision for m in each]):.3f} "
            f"| {np.mean([m.vus_pr for m in each]):.3f} | {found} of {events} "
            f"({found / events:.0%}) | {false / normal:.2%} | {trained} |"
        )


def _progress(file: Path, results: dict[str, list[Measured]]) -> None:
    print(file.stem, file=sys.stderr)
    for name, each in results.items():
        last = each[-1]
        print(
            f"  {name:24} AP {last.average_precision:.3f} VUS-PR {last.vus_pr:.3f} "
            f"found {last.found}/{last.events} false {last.false / last.normal:.2%}",
            file=sys.stderr,
        )
