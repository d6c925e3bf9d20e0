"""What a finished detector says of the test rows, asked once."""

from dataclasses import dataclass

import keras
import numpy as np
import pandas as pd
import tensorflow as tf

from dltemplates.data.sensor_data import SensorData
from dltemplates.data.table_data import TableData
from dltemplates.evaluation.anomaly_events import Event, alarm_events
from dltemplates.evaluation.normal_scores import NormalScores
from dltemplates.export.anomaly_detector import (
    RAW,
    THRESHOLD,
    detector_window,
    normal_scores,
    sensor_names,
)
from dltemplates.project.detector_report import labels_of, places_of

_CHUNK = 8_192  # rows


@dataclass(frozen=True)
class JudgedTest:
    """The test rows in which something was measured, and what the detector says of each.

    Attributes:
        names: Sensors or features.
        places: int64, `(rows,)`: which rows of the data they are.
        times: Of each; None for a table.
        raw: Raw scores, `(rows,)`.
        rarity: The share of normal rows with higher scores, `(rows,)`.
        alarm: bool, `(rows,)`.
        attribution: Each column's share of the error, `(rows, names)`.
        labels: 1 for anomalous rows, `(rows,)`; None where there are none.
        rate: The false-alarm rate of the threshold.
        normal: What scores are calibrated by.
        window: Rows in a window; 0 in a table.
    """

    names: list[str]
    places: np.ndarray
    times: pd.DatetimeIndex | None
    raw: np.ndarray
    rarity: np.ndarray
    alarm: np.ndarray
    attribution: np.ndarray
    labels: np.ndarray | None
    rate: float
    normal: NormalScores
    window: int

    @property
    def height(self) -> np.ndarray:
        """The rarity as a power of ten, `(rows,)`: 3 is one normal row in 1,000."""
        return -np.log10(self.rarity)

    def events(self, merge_gap: int) -> list[Event]:
        """Alarms that lie together, as places among these rows."""
        return alarm_events(self.alarm, self.height, merge_gap)


def judge_test(model: keras.Model, data: SensorData | TableData) -> JudgedTest:
    """Asks a finished detector of the test rows, some thousands at a time."""
    places = places_of(data, "test")
    outputs = [model.get_layer(RAW).output, model.output["attribution"]]
    ask = tf.function(
        keras.Model(model.input, outputs),
        input_signature=[tf.TensorSpec(model.input_shape, tf.float32)],
    )
    window = detector_window(model)
    if window and isinstance(data, SensorData):
        first, last = int(places[0]) - window + 1, int(places[-1])
        answers = _of_series(ask, data.values(range(first, last + 1)), window)
        raw, attribution = (each[places - places[0]] for each in answers)
        times = data.log.series.times[places]
    else:
        assert isinstance(data, TableData)
        values = data.table.values[places]
        parts = [ask(tf.constant(values[at : at + _CHUNK])) for at in range(0, len(values), _CHUNK)]
        raw, attribution = (np.concatenate(each) for each in zip(*parts, strict=True))
        times = None
    normal, rate = normal_scores(model), model.get_layer(THRESHOLD).false_alarm_rate
    rarity = normal.tail_probability(raw)
    return JudgedTest(
        sensor_names(model),
        places,
        times,
        raw,
        rarity,
        rarity <= rate,
        attribution,
        labels_of(data, "test"),
        rate,
        normal,
        window,
    )


def _of_series(ask: tf.function, values: np.ndarray, window: int) -> list[np.ndarray]:
    """The answers for the last row of each window of a series."""
    parts = []
    for start in range(0, len(values) - window + 1, _CHUNK):
        rows = values[start : start + _CHUNK + window - 1]
        parts.append([np.asarray(answer)[0] for answer in ask(tf.constant(rows[None]))])
    return [np.concatenate(each) for each in zip(*parts, strict=True)]
