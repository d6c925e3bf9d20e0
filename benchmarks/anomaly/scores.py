"""What detectors say of the test rows, and what that is worth."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from benchmarks.anomaly.projects import Trained
from dltemplates.data.table_data import TableData
from dltemplates.evaluation.anomaly_baselines import Detector
from dltemplates.evaluation.normal_scores import NormalScores
from dltemplates.export.anomaly_detector import raw_scores
from dltemplates.project.detector import KerasDetector

_TINY = 1e-9  # as in the report of a project


@dataclass(frozen=True)
class Scores:
    """The test rows as a detector sees them, `(rows,)` each.

    Attributes:
        labels: bool: whether a row is labelled an anomaly.
        raw: Larger is stranger.
        alarms: bool: at the detector's own threshold.
    """

    labels: np.ndarray
    raw: np.ndarray
    alarms: np.ndarray

    @property
    def auroc(self) -> float:
        return float(roc_auc_score(self.labels, self.raw))

    @property
    def average_precision(self) -> float:
        return float(average_precision_score(self.labels, self.raw))

    @property
    def false_alarm_rate(self) -> float:
        """Share of the normal rows that alarm."""
        return float(self.alarms[~self.labels].mean())

    @property
    def missed(self) -> float:
        """Share of the anomalous rows that do not alarm."""
        return float((~self.alarms[self.labels]).mean())

    @property
    def f1(self) -> float:
        """Of rows, never point-adjusted."""
        found = (self.alarms & self.labels).sum()
        return float(2 * found / (self.alarms.sum() + self.labels.sum()))


def network_scores(trained: Trained) -> Scores:
    """Of the finished detector; the alarms are its own output."""
    values = test_values(trained)
    return Scores(
        labels=test_labels(trained),
        raw=raw_scores(trained.model, values),
        alarms=KerasDetector(trained.model).judge(values).alarm,
    )


def baseline_scores(trained: Trained, baseline: Detector, rate: float) -> Scores:
    """Of a simple detector on the same windows of a log, its threshold set as in a report."""
    data = trained.data
    ends = data.ends("validation")
    held_out = ends[data.usable("validation")[-len(ends) :]]
    baseline.fit(data.windows(data.ends("train")))
    known, raw = (
        np.log(baseline.score(data.windows(rows)) + _TINY) for rows in (held_out, data.ends("test"))
    )
    normal = NormalScores.fit(known)
    return Scores(test_labels(trained), raw, normal.tail_probability(raw) <= rate)


def test_values(trained: Trained) -> np.ndarray:
    """Unscaled rows of the test split; of a log also those that its first window begins with."""
    data = trained.data
    if isinstance(data, TableData):
        return data.table.values[data.rows("test")]
    ends = data.ends("test")
    return data.values(range(int(ends[0]) - data.window + 1, int(ends[-1]) + 1))


def test_labels(trained: Trained) -> np.ndarray:
    """bool, for each test row that is judged."""
    data = trained.data
    labels = data.labels("test") == 1
    return labels if isinstance(data, TableData) else labels[-len(data.ends("test")) :]


def together(parts: list[Scores]) -> Scores:
    """Rows of many files as if of one; only for what does not compare raw scores."""
    return Scores(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("labels", "raw", "alarms")
        )
    )
