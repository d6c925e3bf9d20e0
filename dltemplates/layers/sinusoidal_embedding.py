"""Positions as waves, for sequences of any length."""

import math

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class SinusoidalEmbedding(keras.layers.Layer):
    """Adds fixed sines and cosines of the position, the sines in the first half of the units.

    The paper alternates sines and cosines, which is the same up to the order of the units. Nothing
    is learned, so that a sequence may be longer than any in training.

    Args:
        scale: Height of the waves. Embeddings that start small drown in waves of 1; the paper
            multiplies them by sqrt(units) instead.

    Input and output shape:
        `(batch, length, units)`, the units even and fixed.

    Raises:
        ValueError: On inputs of another rank or of odd or unknown width.

    Reference:
        Vaswani et al., 2017, "Attention Is All You Need" (https://arxiv.org/abs/1706.03762).
    """

    def __init__(self, scale: float = 1.0, **kwargs) -> None:
        super().__init__(**kwargs)
        self.scale = scale
        self.supports_masking = True

    def build(self, input_shape) -> None:
        if len(input_shape) != 3 or not input_shape[2] or input_shape[2] % 2:
            raise ValueError(
                "Expected inputs of shape (batch, length, units), with even and fixed units, "
                f"received {tuple(input_shape)}."
            )
        self.built = True

    def call(self, inputs):
        half = inputs.shape[2] // 2
        positions = ops.arange(ops.shape(inputs)[1], dtype="float32")
        speeds = ops.exp(ops.arange(half, dtype="float32") * (-math.log(10_000.0) / half))
        angles = positions[:, None] * speeds  # float32: bfloat16 cannot count to 300
        waves = self.scale * ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)
        return inputs + ops.cast(waves, inputs.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self) -> dict:
        return {**super().get_config(), "scale": self.scale}
