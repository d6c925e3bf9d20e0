"""The false-alarm rate at which scores become alarms, kept inside the model."""

import keras
import numpy as np
from keras import ops

FINEST = 1e-6
_SLACK = 2.0**-25  # half the distance from 1 to the float32 below it


@keras.saving.register_keras_serializable(package="dltemplates")
class AlarmThreshold(keras.layers.Layer):
    """Whether calibrated scores are alarms: 1 - score at or below the false-alarm rate.

    The rate is a weight that no training changes. Assigning to `false_alarm_rate` takes effect at
    once, also in a model that has already predicted, and is saved and exported with the model.

    Args:
        false_alarm_rate: Share of normal rows that alarm, from 1e-6 to below 1; float32 scores tell
            it to 3 % or better, from 1e-4 on to a thousandth.

    Input shape:
        Any: scores from 0 to 1, such as those of `ScoreCalibration`.

    Output shape:
        The same, bool. NaN is no alarm.

    Raises:
        ValueError: On a rate below 1e-6, or 1 or above.
    """

    def __init__(self, false_alarm_rate: float, **kwargs) -> None:
        super().__init__(**{**kwargs, "dtype": "float32"})
        self._first = _checked(false_alarm_rate)
        self.rate = self.add_weight(
            shape=(),
            initializer=lambda shape, dtype: ops.full(shape, self._first, dtype),
            trainable=False,
            name="rate",
        )

    @property
    def false_alarm_rate(self) -> float:
        """The rate as it is now."""
        return float(str(np.float32(ops.convert_to_numpy(self.rate))))  # 0.1, not 0.10000000149

    @false_alarm_rate.setter
    def false_alarm_rate(self, value: float) -> None:
        self.rate.assign(_checked(value))

    def call(self, inputs):
        # From 0.5 to 1 the difference is exact; the score itself was rounded before.
        return 1.0 - ops.cast(inputs, "float32") <= self.rate + _SLACK

    def compute_output_shape(self, input_shape):
        return input_shape

    def compute_output_spec(self, inputs):
        return keras.KerasTensor(inputs.shape, "bool")

    def get_config(self) -> dict:
        return {**super().get_config(), "false_alarm_rate": self.false_alarm_rate}


def _checked(rate: float) -> float:
    if not FINEST <= rate < 1.0:
        raise ValueError(
            f"Expected `false_alarm_rate` from {FINEST:g} to below 1, received {rate}."
        )
    return float(rate)
