"""The scale of each series, kept inside the model."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class SeriesScaling(keras.layers.Layer):
    """Brings each series from its own unit to mean 0 and scale 1, or back.

    Names and statistics are part of the layer's configuration: a saved model can never be separated
    from them or their order.

    Unlike other layers it does not round its inputs to the compute dtype first: a series far from
    zero would lose in half precision what makes one value different from the next.

    Args:
        names: The names of the series, in the order of axis 2. No two alike.
        mean: Mean of each series, in its own unit.
        scale: Scale of each series, in its own unit; above 0.
        inverse: Whether to go back from scaled values to each series' own unit.
        frequency: Step of time of the series, as pandas writes it; kept for who loads the model.

    Input and output shape:
        `(batch, time, len(names), ...)`, such as `(batch, horizon, series, quantiles)`. NaN
        stays NaN.

    Raises:
        ValueError: On repeated names, statistics that are not one finite number a series, a scale
            of 0 or below, or inputs of another shape.
    """

    def __init__(
        self,
        names: Sequence[str],
        mean: Sequence[float],
        scale: Sequence[float],
        inverse: bool = False,
        frequency: str = "",
        **kwargs,
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        self.names = [str(name) for name in names]
        self.mean = [float(value) for value in mean]
        self.scale = [float(value) for value in scale]
        self.inverse = inverse
        self.frequency = frequency
        self.supports_masking = True
        if not self.names or len(set(self.names)) < len(self.names):
            raise ValueError(f"Expected distinct names of series, received {self.names}.")
        if not len(self.names) == len(self.mean) == len(self.scale):
            raise ValueError(
                f"Expected one mean and one scale for each of {len(self.names)} series, "
                f"received {len(self.mean)} and {len(self.scale)}."
            )
        if not np.isfinite(self.mean + self.scale).all() or min(self.scale) <= 0.0:
            raise ValueError(
                "Expected finite means and scales above 0, "
                f"received mean={self.mean} and scale={self.scale}."
            )

    def build(self, input_shape) -> None:
        if len(input_shape) < 3 or input_shape[2] != len(self.names):
            raise ValueError(
                f"Expected inputs of shape (batch, time, {len(self.names)}, ...), one for each "
                f"series, received {tuple(input_shape)}."
            )
        self.built = True

    def call(self, inputs):
        values = ops.cast(inputs, "float32")
        shape = (len(self.names), *[1] * (len(inputs.shape) - 3))
        mean = ops.reshape(ops.convert_to_tensor(self.mean, "float32"), shape)
        scale = ops.reshape(ops.convert_to_tensor(self.scale, "float32"), shape)
        values = values * scale + mean if self.inverse else (values - mean) / scale
        return ops.cast(values, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "names": self.names,
            "mean": self.mean,
            "scale": self.scale,
            "inverse": self.inverse,
            "frequency": self.frequency,
        }
