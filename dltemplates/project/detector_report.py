"""A detector beside simple ones, on the test rows."""

from pathlib import Path

import keras
import numpy as np

from dltemplates.data.sensor_data import SensorData
from dltemplates.data.table_data import TableData
from dltemplates.errors import DataError
from dltemplates.evaluation.anomaly_baselines import Detector, baselines
from dltemplates.evaluation.anomaly_detection import AnomalyReport, anomaly_report
from dltemplates.evaluation.anomaly_events import alarm_events
from dltemplates.evaluation.anomaly_plot import plot_anomalies
from dltemplates.evaluation.normal_scores import NormalScores
from dltemplates.export.anomaly_detector import THRESHOLD, normal_scores, raw_scores
from dltemplates.layers import NeighborDistance
from dltemplates.project.detector import KerasDetector
from dltemplates.project.detector_tables import strongest

_TINY = 1e-9
_MOST = 10_000  # training windows of a baseline
_CHUNK = 4_096
_VUS_WINDOWS = 2  # the widest buffer of VUS-PR, in windows


def report_on(
    model: keras.Model,
    data: SensorData | TableData,
    merge_gap: int,
    *,
    raw: np.ndarray | None = None,
) -> AnomalyReport:
    """Measures a finished detector beside the baselines, all calibrated on the validation rows.

    Rows of the test that only keep the grid regular, without a single measurement, are left out.

    Args:
        model: The finished model of a run.
        data: The data that it was trained on.
        merge_gap: See `alarm_events`.
        raw: The model's raw scores of the test rows, where they are known.

    Raises:
        DataError: There are no test rows.
    """
    if not has_test(data):
        raise DataError(
            "There is no test split, or nothing was measured in it.",
            where="data.test_fraction",
            hint="Set it above 0 and train again.",
        )
    detectors: dict[str, tuple[np.ndarray | NormalScores, np.ndarray]] = {
        "network": (normal_scores(model), _raw(model, data, "test") if raw is None else raw)
    }
    for name, baseline in baselines().items():
        if name == "window PCA" and isinstance(data, TableData):
            name = "PCA"
        baseline.fit(_windows(data, places_of(data, "train", _MOST)))
        # Logarithms of distances are nearly normally distributed, and rank alike.
        held_out, test = (_scores(baseline, data, split) for split in ("validation", "test"))
        detectors[name] = np.log(held_out + _TINY), np.log(test + _TINY)
    series = isinstance(data, SensorData)
    return anomaly_report(
        detectors,
        labels_of(data, "test"),
        model.get_layer(THRESHOLD).false_alarm_rate,
        rows_per_day=data.rows_per_day if isinstance(data, SensorData) else None,
        buffer=_VUS_WINDOWS * data.window if isinstance(data, SensorData) else None,
        merge_gap=merge_gap if series else 0,
        left_out=_left_out(data),
    )


def alarm_shares(model: keras.Model, data: SensorData | TableData) -> dict[str, float]:
    """The share of rows that alarm in validation and test, by what they are called."""
    normal, rate = normal_scores(model), model.get_layer(THRESHOLD).false_alarm_rate
    shares = {}
    # A table's validation rows are neighbours of themselves, once they are known.
    if not any(isinstance(layer, NeighborDistance) for layer in model.layers):
        held_out = _raw(model, data, "validation")
        shares["of the validation rows"] = normal.tail_probability(held_out) <= rate
    if not has_test(data):
        return {name: float(share.mean()) for name, share in shares.items()}
    alarms = normal.tail_probability(_raw(model, data, "test")) <= rate
    labels = labels_of(data, "test")
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
    labels = data.labels("test")
    plot_anomalies(
        path,
        data.log.series.times[ends],
        1.0 - judged.score,
        detector.false_alarm_rate,
        labels=None if labels is None else labels[-len(ends) :],
        events=events,
        strongest=[
            detector.names[strongest(judged, range(event.start, event.stop))[0][0]]
            for event in events
        ],
    )


def has_test(data: SensorData | TableData) -> bool:
    """Whether there are test rows in which anything was measured."""
    if isinstance(data, TableData):
        return bool(len(data.rows("test")))
    return bool(data.splits["test"]) and bool(data.usable("test").any())


def _left_out(data: SensorData | TableData) -> int:
    """Test rows in which nothing was measured."""
    return 0 if isinstance(data, TableData) else int((~data.usable("test")).sum())


def _raw(model: keras.Model, data: SensorData | TableData, split: str) -> np.ndarray:
    if isinstance(data, TableData):
        return raw_scores(model, data.table.values[data.rows(split)])
    ends = places_of(data, split)
    rows = range(int(ends[0]) - data.window + 1, int(ends[-1]) + 1)
    return raw_scores(model, data.values(rows))[ends - ends[0]]


def places_of(data: SensorData | TableData, split: str, most: int = 0) -> np.ndarray:
    """The rows of a split, or the ends of its windows; evenly chosen where there are too many.

    Those of the test that end with a row without a measurement are left out.
    """
    places = data.rows(split) if isinstance(data, TableData) else data.ends(split)
    if isinstance(data, SensorData) and split == "test":
        places = places[data.usable(split)[-len(places) :]]
    if most and len(places) > most:
        return places[np.linspace(0, len(places) - 1, most).astype("int64")]
    return places


def _windows(data: SensorData | TableData, places: np.ndarray) -> np.ndarray:
    return data.scaled(places)[:, None] if isinstance(data, TableData) else data.windows(places)


def _scores(baseline: Detector, data: SensorData | TableData, split: str) -> np.ndarray:
    """A baseline's scores of a split, whose windows are never all in memory."""
    places = places_of(data, split)
    parts = [places[start : start + _CHUNK] for start in range(0, len(places), _CHUNK)]
    return np.concatenate([baseline.score(_windows(data, part)) for part in parts])


def labels_of(data: SensorData | TableData, split: str) -> np.ndarray | None:
    """The labels of `places_of` a split; None where there are none."""
    if isinstance(data, TableData):
        return data.labels(split)
    labels = data.log.labels
    return None if labels is None else labels[places_of(data, split)]
