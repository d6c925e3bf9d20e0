"""What a detector says of rows: a run's Keras model, or an exported SavedModel."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from dltemplates.errors import DataError, ExportError
from dltemplates.export.anomaly_detector import (
    SCALING,
    THRESHOLD,
    detector_window,
    sensor_names,
)
from dltemplates.project.exported_model import load_export

_CHUNK = 8_192  # rows
_SHOWN = 5


@dataclass(frozen=True)
class Judgement:
    """What a detector says of rows.

    Attributes:
        score: float32, `(rows,)`: the share of normal rows with lower ones.
        alarm: bool, `(rows,)`.
        attribution: float32, `(rows, names)`: the share of each sensor or feature in the error.
    """

    score: np.ndarray
    alarm: np.ndarray
    attribution: np.ndarray


class Detector(ABC):
    """Judges rows in the data's own unit; a subclass knows the model.

    Attributes:
        names: The sensors or features that it watches, in their order.
        window: Rows in a window; 0 where rows stand alone.
        frequency: The step of time, as pandas writes it; empty where there is none.
        false_alarm_rate: What its threshold was set for.
    """

    names: list[str]
    window: int
    frequency: str
    false_alarm_rate: float

    @abstractmethod
    def answer(self, values: tf.Tensor) -> dict[str, tf.Tensor]:
        """The outputs for a batch; see `finish_sensor_detector`."""

    def judge(self, values: np.ndarray) -> Judgement:
        """Judges rows.

        Args:
            values: float32, `(rows, names)`, NaN where missing: rows that follow each other, or
                with no window any.

        Returns:
            Of a log the last row of each window: `window - 1` fewer than there are rows.

        Raises:
            DataError: There are fewer rows than a window has.
        """
        if len(values) < max(self.window, 1):
            raise DataError(
                f"{len(values):,} rows are fewer than the {max(self.window, 1):,} that a window "
                "has.",
                hint="Give more rows.",
            )
        context = max(self.window - 1, 0)
        parts = []
        for start in range(0, len(values) - context, _CHUNK):
            rows = values[start : start + _CHUNK + context]
            outputs = self.answer(tf.constant(rows[None] if self.window else rows))
            parts.append({name: np.asarray(tensor) for name, tensor in outputs.items()})
        joined = {
            name: np.concatenate([part[name][0] if self.window else part[name] for part in parts])
            for name in parts[0]
        }
        return Judgement(joined["score"], joined["alarm"], joined["attribution"])

    def columns(self, names: Sequence[str], where: str = "") -> list[int]:
        """Where the detector's columns are among `names`; others are not looked at.

        Raises:
            DataError: Some are missing.
        """
        missing = [name for name in self.names if name not in names]
        if missing:
            shown = ", ".join(repr(name) for name in missing[:_SHOWN])
            raise DataError(
                f"{len(missing):,} of the detector's {len(self.names):,} columns are missing: "
                f"{shown}{', …' if len(missing) > _SHOWN else ''}.",
                where=where,
                hint="Columns are found by their names; give all that it was trained on.",
            )
        return [list(names).index(name) for name in self.names]


class KerasDetector(Detector):
    """Judges with a finished Keras model."""

    def __init__(self, model: keras.Model) -> None:
        self.names = sensor_names(model)
        self.window = detector_window(model)
        self.frequency = model.get_layer(SCALING).frequency
        self.false_alarm_rate = model.get_layer(THRESHOLD).false_alarm_rate
        self._model = tf.function(
            lambda values: model(values, training=False),
            input_signature=[tf.TensorSpec(model.input_shape, tf.float32)],
        )

    def answer(self, values: tf.Tensor) -> dict[str, tf.Tensor]:
        outputs: dict[str, tf.Tensor] = self._model(values)
        return outputs


class ExportedDetector(Detector):
    """Judges with a SavedModel, by TensorFlow alone."""

    def __init__(self, folder: Path) -> None:
        self._loaded, metadata = load_export(folder, "anomaly detector")
        if "false_alarm_rate" not in metadata:
            raise ExportError("This is no exported anomaly detector.", where=folder)
        self._serve = self._loaded.signatures["serving_default"]
        self.names = [name.decode() for name in metadata["names"]]
        self.window = int(metadata["window"])
        self.frequency = bytes(metadata["frequency"]).decode()
        self.false_alarm_rate = float(metadata["false_alarm_rate"])

    def answer(self, values: tf.Tensor) -> dict[str, tf.Tensor]:
        outputs: dict[str, tf.Tensor] = self._serve(values=values)
        return outputs
