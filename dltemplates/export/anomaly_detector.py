"""A finished anomaly detector: from values in the data's own unit to scores, alarms and reasons."""

import logging
from collections.abc import Sequence
from typing import Literal

import keras
import numpy as np
from keras import ops

from dltemplates.data.sensor_data import SensorData
from dltemplates.data.table_data import LARGEST, TableData
from dltemplates.errors import ExportError
from dltemplates.evaluation.normal_scores import NormalScores, Tail
from dltemplates.layers import (
    AlarmThreshold,
    ForwardFill,
    NeighborDistance,
    ScoreCalibration,
    SeriesScaling,
    SlidingWindows,
)

log = logging.getLogger(__name__)

SCALING, WINDOWS, CODE = "scaling", "windows", "code"
RAW, CALIBRATION, THRESHOLD = "raw", "calibration", "threshold"
FARTHEST = 1e6  # standard deviations; what lies further out is as strange, and would overflow
_TINY = 1e-6
_LEAST_SPREAD = 0.05  # of a logarithm: 5 %
_BATCH = 4_096

Part = Literal["error", "shift", "neighbors"]


def finish_sensor_detector(
    network: keras.Model, data: SensorData, parts: Sequence[Part], false_alarm_rate: float
) -> keras.Model:
    """Puts scaling, filling, scores and the alarm threshold around a trained network.

    Everything is calibrated on the usable validation rows, which the network has not seen.

    Args:
        network: From scaled windows `(batch, window, sensors)` to what they should have been, with
            a layer called `code`.
        data: What it was trained on.
        parts: What makes a window strange; their mean counts: `error`, its mean squared error;
            `shift`, the square of its mean error, which finds lasting deviations; `neighbors`, how
            far its code lies from those of training windows.
        false_alarm_rate: Share of normal rows that may alarm; the finest that the validation rows
            can tell if it is finer, with a warning.

    Returns:
        A model of whole series. Input: `values`, `(batch, time, sensors)`, in the data's unit, NaN
        where missing; the time of any length from the window on. Outputs, a row for the last of
        each window, so `time - window + 1` of them: `score`, float32, `(batch, rows)`, the share of
        normal rows with lower ones; `alarm`, bool, likewise; `attribution`, float32,
        `(batch, rows, sensors)`, each sensor's share of the error, 0 where nothing was measured.

    Raises:
        DataError: There are too few validation rows for a threshold.
    """
    sensors = len(data.names)
    inputs = keras.Input((None, sensors), name="values")
    scaling = SeriesScaling(
        data.names, data.mean.tolist(), data.scale.tolist(), frequency=data.frequency, name=SCALING
    )
    judge = _window_judge(network, data, parts)
    judged = SlidingWindows(judge, data.window, name=WINDOWS)(scaling(inputs))

    ends = data.ends("validation")
    first = int(ends[0]) - data.window + 1
    rows = data.values(range(first, data.splits["validation"].stop))
    held_out = keras.Model(inputs, judged)(rows[None], training=False)
    held_out = ops.convert_to_numpy(held_out)[0, ends - ends[0]]
    return _finished(inputs, judged, held_out, sensors, parts, false_alarm_rate)


def finish_table_detector(
    network: keras.Model, data: TableData, parts: Sequence[Part], false_alarm_rate: float
) -> keras.Model:
    """The same for a network of single rows; see `finish_sensor_detector`.

    Returns:
        A model of rows. Input: `values`, `(batch, features)`, in the data's unit, NaN where
        missing. Outputs: `score` and `alarm`, `(batch,)`, and `attribution`, `(batch, features)`.

    Raises:
        DataError: There are too few validation rows for a threshold.
    """
    features = len(data.names)
    inputs = keras.Input((features,), name="values")
    scaling = SeriesScaling(data.names, data.mean.tolist(), data.scale.tolist(), name=SCALING)
    scaled = ops.squeeze(scaling(inputs[:, None]), axis=1)
    observed = ops.isfinite(scaled)
    filled = ops.clip(ops.where(observed, scaled, 0.0), -LARGEST, LARGEST)
    repaired, code = _with_code(network)(filled, training=False)
    errors = ops.square(ops.where(observed, repaired - filled, 0.0))

    # The held-out rows are judged by the training rows alone, those to come by both.
    validation = data.table.values[data.rows("validation")]
    train, both = data.rows("train"), np.concatenate([data.rows("train"), data.rows("validation")])
    judged = [
        ops.concatenate([errors, *_distance(code, inputs, data.table.values[rows], parts)], axis=-1)
        for rows in (train, both)
    ]
    held_out = keras.Model(inputs, judged[0]).predict(validation, batch_size=_BATCH, verbose=0)
    return _finished(inputs, judged[1], held_out, features, parts, false_alarm_rate)


def sensor_names(model: keras.Model) -> list[str]:
    """The sensors or features that a finished detector watches.

    Raises:
        ExportError: The model is no finished detector.
    """
    if {SCALING, CALIBRATION, THRESHOLD} - {layer.name for layer in model.layers}:
        raise ExportError(
            "This is no finished anomaly detector.", hint="Use a run of this project."
        )
    return model.get_layer(SCALING).names


def detector_window(model: keras.Model) -> int:
    """Rows in a window of a finished detector; 0 where rows stand alone."""
    return model.get_layer(WINDOWS).length if len(model.input_shape) == 3 else 0


def normal_scores(model: keras.Model) -> NormalScores:
    """The distribution that a finished detector's scores are calibrated by."""
    layer = model.get_layer(CALIBRATION)
    tail = None if layer.tail is None else Tail(*layer.tail)
    return NormalScores(
        tuple(layer.knots), tuple(layer.probabilities), tail, layer.count, layer.effective
    )


def threshold_caution(model: keras.Model, wanted: float) -> str:
    """What to know of the threshold of a detector that was finished for a rate; empty if nothing.

    Args:
        model: A finished detector.
        wanted: The false-alarm rate: it may have become another, or be an extrapolation.
    """
    return _caution(normal_scores(model), wanted)


def raw_scores(model: keras.Model, values: np.ndarray) -> np.ndarray:
    """How strange rows are before calibration, which is exact also where scores are all but 1.

    Args:
        model: A finished detector.
        values: What it takes, unscaled: a series `(time, sensors)`, or rows `(rows, features)`.

    Returns:
        `(rows,)`; of a series the last row of each window.
    """
    raw = keras.Model(model.input, model.get_layer(RAW).output)
    if detector_window(model):
        return ops.convert_to_numpy(raw(values[None], training=False))[0]
    scores: np.ndarray = raw.predict(values, batch_size=_BATCH, verbose=0)
    return scores


def _window_judge(network: keras.Model, data: SensorData, parts: Sequence[Part]) -> keras.Model:
    """From scaled windows to what their rows are judged by: `(windows, values)`.

    The mean squared error of each sensor, then the square of its mean error, then the distance of
    the code, as far as they are wanted.
    """
    window = keras.Input((data.window, len(data.names)))
    observed = ops.isfinite(window)
    filled = ops.clip(ForwardFill()(window), -FARTHEST, FARTHEST)
    repaired, code = _with_code(network)(filled, training=False)
    residual = ops.where(observed, repaired - filled, 0.0)
    count = ops.maximum(ops.sum(ops.cast(observed, "float32"), axis=1), 1.0)
    judged = [ops.sum(ops.square(residual), axis=1) / count]
    if "shift" in parts:
        # The mean of few values strays further.
        judged.append(ops.square(ops.sum(residual, axis=1) / count) * (count / data.window))
    ends = data.ends("train")
    known = data.windows(ends[np.linspace(0, len(ends) - 1, min(_BATCH, len(ends))).astype(int)])
    judged += _distance(code, window, known, parts)
    return keras.Model(window, ops.concatenate(judged, axis=-1), name="judge")


def _with_code(network: keras.Model) -> keras.Model:
    """The network with its code, and without its loss and optimizer."""
    code = network.get_layer(CODE).output
    outputs = [network.output, keras.layers.Flatten()(code)]
    return keras.Model(network.input, outputs, name=network.name)


def _distance(code, inputs, known: np.ndarray, parts: Sequence[Part]) -> list:
    """The distance of the code from that of what is known, `(batch, 1)`, where it is wanted."""
    if "neighbors" not in parts:
        return []
    layer = NeighborDistance()
    layer.adapt(keras.Model(inputs, code).predict(known, batch_size=_BATCH, verbose=0))
    return [layer(code)[:, None]]


def _finished(
    inputs, judged, held_out: np.ndarray, features: int, parts: Sequence[Part], rate: float
) -> keras.Model:
    """Brings what rows are judged by, `(..., values)`, to one calibrated score.

    Args:
        inputs: The model's.
        judged: What the rows are judged by, symbolic.
        held_out: The same of the validation rows.
        features: Number of sensors or features.
        parts: What of it counts.
        rate: The false-alarm rate.
    """
    columns = {"error": slice(0, features), "neighbors": slice(-1, None)}
    columns["shift"] = slice(features, 2 * features)
    strangeness = _Strangeness(held_out, columns)
    raw = ops.mean(ops.stack([strangeness.of(part, judged) for part in parts]), axis=0)
    raw = keras.layers.Identity(name=RAW, dtype="float32")(raw)
    known = np.mean([strangeness.of(part, held_out) for part in parts], axis=0)

    normal = NormalScores.fit(known)
    if caution := _caution(normal, rate):
        log.warning(caution)
    calibration = ScoreCalibration(
        normal.knots,
        normal.probabilities,
        normal.tail,
        normal.count,
        normal.effective,
        name=CALIBRATION,
    )
    score = calibration(raw)
    alarm = AlarmThreshold(max(rate, normal.finest), name=THRESHOLD)(score)
    errors = judged[..., :features] / strangeness.unit("error")
    attribution = errors / ops.maximum(ops.sum(errors, axis=-1, keepdims=True), _TINY)
    return keras.Model(inputs, {"score": score, "alarm": alarm, "attribution": attribution})


def _caution(normal: NormalScores, wanted: float) -> str:
    if wanted >= normal.finest:
        return normal.caution(wanted)
    return (
        f"{normal.count:,} validation rows, worth {normal.effective:,} independent ones, cannot "
        f"tell a false-alarm rate of {wanted:g}; it is set to {normal.finest:.2g}, the finest that "
        "they can."
    )


class _Strangeness:
    """Parts of a score in the same unit: standard deviations above the mean of held-out rows."""

    def __init__(self, held_out: np.ndarray, columns: dict[str, slice]) -> None:
        self.held_out, self.columns = held_out, columns

    def unit(self, part: str) -> np.ndarray:
        """What each sensor's error usually is; of one that was not observed, that of others."""
        known = self.held_out[:, self.columns[part]]
        seen = (known > 0.0).sum(axis=0)  # an error is 0 where nothing was observed
        usual = known.sum(axis=0) / np.maximum(seen, 1)
        if seen.any():
            usual = np.where(seen > 0, usual, usual[seen > 0].mean())
        return (usual + _TINY).astype("float32")

    def of(self, part: str, judged):
        """How strange rows are, `(...,)`: of a tensor or an array."""
        known = self._logarithm(part, self.held_out)
        spread = float(ops.std(known)) + _LEAST_SPREAD
        return (self._logarithm(part, judged) - float(ops.mean(known))) / spread

    def _logarithm(self, part: str, judged):
        values = judged[..., self.columns[part]]
        if part == "neighbors":
            return values[..., 0]  # it is one
        seen = ops.maximum(ops.sum(ops.cast(values > 0.0, "float32"), axis=-1), 1.0)
        return ops.log(ops.sum(values / self.unit(part), axis=-1) / seen + _TINY)
