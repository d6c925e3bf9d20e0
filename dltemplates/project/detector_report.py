"""A detector beside simple ones, on the test rows."""

from pathlib import Path

import keras
import numpy as np

from dltemplates.data.sensor_data import SensorData
from dltemplates.data.table_data import TableData
from dltemplates.errors import DataError
from dltemplates.evaluation.anomaly_baselines import baselines
from dltemplates.evaluation.anomaly_detection import AnomalyReport, anomaly_report
from dltemplates.evaluation.anomaly_events import alarm_events
from dltemplates.evaluation.anomaly_plot import plot_anomalies
from dltemplates.evaluation.normal_scores import NormalScores
from dltemplates.export.anomaly_detector import THRESHOLD, normal_scores, raw_scores
from dltemplates.layers import NeighborDistance
from dltemplates.project.detector import KerasDetector
from dltemplates.project.detector_tables import strongest

_TINY = 1e-9
_VUS_WINDOWS = 2  # the widest buffer of VUS-PR, in windows


def report_on(model: keras.Model, data: SensorData | TableData, merge_gap: int) -> AnomalyReport:
    """Measures a finished detector beside the baselines, all calibrated on the validation rows.

    Raises:
        DataError: There are no test rows.
    """
    if not _has_test(data):
        raise DataError(
            "There is no test split.",
            where="data.test_fraction",
            hint="Set it above 0 and train again.",
        )
    detectors: dict[str, tuple[np.ndarray | NormalScores, np.ndarray]] = {
        "network": (normal_scores(model), _raw(model, data, "test"))
    }
    windows = {split: _windows(data, split) for split in ("train", "validation", "test")}
    for name, baseline in baselines().items():
        if name == "window PCA" and isinstance(data, TableData):
            name = "PCA"
        baseline.fit(windows["train"])
        # Logarithms of distances are nearly normally distributed, and rank alike.
        held_out, test = (baseline.score(windows[split]) for split in ("validation", "test"))
        detectors[name] = np.log(held_out + _TINY), np.log(test + _TINY)
    series = isinstance(data, SensorData)
    return anomaly_report(
        detectors,
        _labels(data, "test"),
        model.get_layer(THRESHOLD).false_alarm_rate,
        rows_per_day=data.rows_per_day if isinstance(data, SensorData) else None,
        buffer=_VUS_WINDOWS * data.window if isinstance(data, SensorData) else None,
        merge_gap=merge_gap if series else 0,
    )


def alarm_shares(model: keras.Model, data: SensorData | TableData) -> dict[str, float]:
    """The share of rows that alarm in validation and test, by what they are called."""
    normal, rate = normal_scores(model), model.get_layer(THRESHOLD).false_alarm_rate
    shares = {}
    # A table's validation rows are neighbours of themselves, once they are known.
    if not any(isinstance(layer, NeighborDistance) for layer in model.layers):
        held_out = _raw(model, data, "validation")
        shares["of the validation rows"] = normal.tail_probability(held_out) <= rate
    if not _has_test(data):
        return {name: float(share.mean()) for name, share in shares.items()}
    alarms = normal.tail_probability(_raw(model, data, "test")) <= rate
    labels = _labels(data, "test")
    if labels is None:
        shares["of the test rows"] = alarms
    else:
        shares["of the normal test rows"] = alarms[labels == 0]
        shares["of the anomalous test rows"] = alarms[labels == 1]
    return {name: float(share.mean()) for name, share in shares.items() if len(share)}


def plot_test(path: Path, model: keras.Model, data: SensorData, merge_gap: int) -> None:
    """Draws the scores of the test rows, with labelled and detected events; as PNG."""
    detector = KerasDetector(model)
    ends = data.ends("test")
    judged = detector.judge(data.values(range(int(ends[0]) - data.window + 1, int(ends[-1]) + 1)))
    events = alarm_events(judged.alarm, judged.score, merge_gap)
    plot_anomalies(
        path,
        data.log.series.times[ends],
        1.0 - judged.score,
        detector.false_alarm_rate,
        labels=_labels(data, "test"),
        events=events,
        strongest=[
            strongest(detector, judged, range(event.start, event.stop)).partition(" ")[0]
            for event in events
        ],
    )


def _has_test(data: SensorData | TableData) -> bool:
    return bool(len(data.rows("test") if isinstance(data, TableData) else data.splits["test"]))


def _raw(model: keras.Model, data: SensorData | TableData, split: str) -> np.ndarray:
    if isinstance(data, TableData):
        return raw_scores(model, data.table.values[data.rows(split)])
    ends = data.ends(split)
    rows = range(int(ends[0]) - data.window + 1, int(ends[-1]) + 1)
    scores = raw_scores(model, data.values(rows))
    return scores[_usable(data, split)]


def _windows(data: SensorData | TableData, split: str) -> np.ndarray:
    if isinstance(data, TableData):
        return data.scaled(data.rows(split))[:, None]
    ends = data.ends(split)
    return data.windows(ends if split == "train" else ends[_usable(data, split)])


def _labels(data: SensorData | TableData, split: str) -> np.ndarray | None:
    labels = data.labels(split)
    if labels is None or isinstance(data, TableData):
        return labels
    return labels[-len(data.ends(split)) :]


def _usable(data: SensorData, split: str) -> np.ndarray:
    """Which windows of a split count; of the test all do."""
    ends = data.ends(split)
    if split == "test":
        return np.ones(len(ends), bool)
    return data.usable(split)[-len(ends) :]
