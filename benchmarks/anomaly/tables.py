"""ADBench: half of the normal rows train, the rest and all anomalies test."""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from benchmarks.anomaly.projects import DetectorProject
from benchmarks.anomaly.scores import network_scores

_VALIDATION = 0.2  # of the rows for training
_NEIGHBOURS = 5


@dataclass(frozen=True)
class LabelledTable:
    """A set of ADBench, its rows in the order of the file."""

    name: str
    features: np.ndarray
    anomalous: np.ndarray

    @classmethod
    def read(cls, path: Path) -> "LabelledTable":
        with np.load(path) as arrays:
            return cls(path.stem, arrays["X"].astype("float64"), arrays["y"] == 1)

    @property
    def half(self) -> np.ndarray:
        """The rows that may be learned from."""
        normal = np.flatnonzero(~self.anomalous)
        return normal[: len(normal) // 2]

    def write(self, folder: Path) -> tuple[Path, list[str]]:
        """Writes it as Parquet; returns where, and the settings that divide it."""
        path = folder / f"{self.name}.parquet"
        names = [f"feature{number}" for number in range(self.features.shape[1])]
        table = pd.DataFrame(self.features, columns=names)
        table.assign(anomaly=self.anomalous.astype("int64")).to_parquet(path, index=False)
        last = self.half[round((1 - _VALIDATION) * len(self.half)) - 1]
        return path, [f"data.train_end={last + 1}", f"data.validation_end={self.half[-1] + 1}"]

    def neighbour_metrics(self) -> tuple[float, float]:
        """AUROC and AP of the distance to the fifth nearest row of the whole half."""
        test = np.setdiff1d(np.arange(len(self.features)), self.half)
        scaler = StandardScaler().fit(self.features[self.half])
        search = NearestNeighbors(n_neighbors=_NEIGHBOURS)
        search.fit(scaler.transform(self.features[self.half]))
        distance = search.kneighbors(scaler.transform(self.features[test]))[0][:, -1]
        labels = self.anomalous[test]
        return roc_auc_score(labels, distance), average_precision_score(labels, distance)


def read_tables(folder: Path, only: tuple[str, ...] = ()) -> list[LabelledTable]:
    """The sets in a folder, in the order of their numbers."""
    paths = sorted(folder.glob("*.npz"), key=lambda path: int(path.stem.split("_")[0]))
    wanted = [p for p in paths if not only or any(text in p.stem for text in only)]
    if not wanted:
        raise click.UsageError(f"There are no such sets in {folder}.")
    return [LabelledTable.read(path) for path in wanted]


def measure_tables(
    folder: Path, seeds: tuple[int, ...], settings: tuple[str, ...], only: tuple[str, ...]
) -> None:
    """Prints a Markdown table: a row a set, means over seeds."""
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        project = DetectorProject(work, kind="table")
        for table in read_tables(folder, only):
            path, ends = table.write(work)
            runs = [_run(project, path, [*ends, f"train.seed={seed}", *settings]) for seed in seeds]
            rows.append((table.name, np.array(runs), table.neighbour_metrics()))
            print(f"{table.name}: AUROC {rows[-1][1][:, 0].mean():.3f}", file=sys.stderr)
    _show(rows, seeds)


def _run(project: DetectorProject, path: Path, settings: list[str]) -> list[float]:
    trained = project.train(path, settings)
    scores = network_scores(trained)
    return [
        scores.auroc,
        scores.average_precision,
        scores.false_alarm_rate,
        1.0 - scores.missed,
        trained.seconds,
    ]


def _show(rows: list, seeds: tuple[int, ...]) -> None:
    print(
        f"Seeds {' '.join(map(str, seeds))}\n\n"
        "| set | AUROC | AP | AUROC of 5-NN | AP of 5-NN | normal test rows that alarm at 1 % "
        "| anomalies that do | training, s |\n| --- | --- | --- | --- | --- | --- | --- | --- |"
    )
    everything = np.stack([runs for _, runs, _ in rows])  # (sets, seeds, metrics)
    neighbours = np.array([metrics for *_, metrics in rows])
    means = [(name, runs.mean(axis=0), metrics) for name, runs, metrics in rows]
    means.append(("**mean**", everything.mean(axis=(0, 1)), neighbours.mean(axis=0)))
    for name, (auroc, ap, alarms, found, seconds), (theirs, their_ap) in means:
        print(
            f"| {name} | {auroc:.1%} | {ap:.1%} | {theirs:.1%} | {their_ap:.1%} | {alarms:.2%} "
            f"| {found:.1%} | {seconds:.1f} |"
        )
    by_seed = ", ".join(f"{auroc:.2%}" for auroc in everything[:, :, 0].mean(axis=0))
    print(f"\nMean AUROC by seed: {by_seed}")
