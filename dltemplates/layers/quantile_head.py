"""Quantiles that cannot cross."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import NormalDist

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class QuantileHead(keras.layers.Layer):
    """Projects features to quantiles, the lower never above the higher.

    One output is the median; the others are distances to the next quantile outwards, made positive
    by softplus and added up. The distances start from those of a normal distribution, so the
    quantiles make sense before training. What is added to every quantile (a linear skip, say) moves
    them all and crosses none.

    Args:
        quantiles: The levels, increasing, between 0 and 1; 0.5 among them.
        scale: Standard deviation of that first normal distribution, in the targets' unit.
        kernel_initializer: Initializer of the projection; `zeros` starts from the same quantiles
            for every input.

    Input shape:
        `(batch, ..., features)`, such as `(batch, horizon, features)`.

    Output shape:
        `(batch, ..., len(quantiles))`.

    Raises:
        ValueError: On levels that do not increase, lie outside (0, 1) or lack 0.5, or a scale of 0
            or below.

    Reference:
        Wen et al., 2017, "A Multi-Horizon Quantile Recurrent Forecaster"
        (https://arxiv.org/abs/1711.11053), for quantiles in one head; the increments as in Park et
        al., 2022, "Learning Quantile Functions without Quantile Crossing for Distribution-free Time
        Series Forecasting" (https://arxiv.org/abs/2111.06581).
    """

    def __init__(
        self,
        quantiles: Sequence[float],
        scale: float = 1.0,
        kernel_initializer="glorot_uniform",
        **kwargs,
    ) -> None:
        super().__init__(**kwargs)
        levels = [float(level) for level in quantiles]
        if any(low >= high for low, high in pairwise([0.0, *levels, 1.0])) or 0.5 not in levels:
            raise ValueError(
                "Expected `quantiles` that increase between 0 and 1, 0.5 among them, "
                f"received {levels}."
            )
        if scale <= 0.0:
            raise ValueError(f"Expected `scale` above 0, received {scale}.")
        self.quantiles = levels
        self.scale = scale
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape) -> None:
        self.kernel = self.add_weight(
            shape=(input_shape[-1], len(self.quantiles)),
            initializer=self.kernel_initializer,
            name="kernel",
        )
        self.bias = self.add_weight(
            shape=(len(self.quantiles),),
            initializer=lambda shape, dtype: ops.convert_to_tensor(self._first_bias(), dtype),
            name="bias",
        )

    def call(self, inputs):
        raw = ops.matmul(inputs, self.kernel) + self.bias
        middle = self.quantiles.index(0.5)
        median = raw[..., middle : middle + 1]
        parts = [median]
        if middle > 0:
            down = ops.flip(ops.softplus(raw[..., :middle]), axis=-1)
            parts.insert(0, median - ops.flip(ops.cumsum(down, axis=-1), axis=-1))
        if middle < len(self.quantiles) - 1:
            up = ops.softplus(raw[..., middle + 1 :])
            parts.append(median + ops.cumsum(up, axis=-1))
        return ops.concatenate(parts, axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], len(self.quantiles))

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "quantiles": self.quantiles,
            "scale": self.scale,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }

    def _first_bias(self) -> np.ndarray:
        """What softplus makes the normal distribution's distances of; 0 for the median."""
        normal = NormalDist(sigma=self.scale)
        values = [normal.inv_cdf(level) for level in self.quantiles]
        middle = self.quantiles.index(0.5)
        steps = np.diff(values)
        inverse = steps + np.log(-np.expm1(-steps))
        return np.insert(inverse, middle, 0.0)
