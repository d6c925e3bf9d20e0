"""Positions as angles."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class RotaryEmbedding(keras.layers.Layer):
    """Turns each pair of values by an angle that grows with the position.

    Applied to queries and keys, their dot products depend on how far apart two positions are, and
    not on where they stand. Needs no weights and no fixed length. A pair is a value of the first
    half and its like in the second half, as most implementations have it; the paper pairs
    neighbours, which is the same up to the order of the values.

    Args:
        base: The slowest pair turns once in about 2π · `base` positions.

    Input and output shape:
        `(batch, length, heads, size)`, the size even and fixed.

    Raises:
        ValueError: On a base that is not above 1, or inputs of another rank or of odd size.

    Reference:
        Su et al., 2021, "RoFormer: Enhanced Transformer with Rotary Position Embedding"
        (https://arxiv.org/abs/2104.09864).
    """

    def __init__(self, base: float = 10_000.0, **kwargs) -> None:
        super().__init__(**kwargs)
        if not base > 1.0:
            raise ValueError(f"Expected `base` above 1, received {base}.")
        self.base = base
        self.supports_masking = True

    def build(self, input_shape) -> None:
        if len(input_shape) != 4 or not input_shape[3] or input_shape[3] % 2:
            raise ValueError(
                "Expected inputs of shape (batch, length, heads, size), with an even size, "
                f"received {tuple(input_shape)}."
            )
        self.built = True

    def call(self, inputs):
        length, (heads, size) = ops.shape(inputs)[1], inputs.shape[2:]
        positions = ops.arange(length, dtype="float32")
        speeds = self.base ** (-ops.arange(size // 2, dtype="float32") / (size // 2))
        angles = (positions[:, None] * speeds)[:, None]  # float32: bfloat16 cannot count to 300
        cosines, sines = (ops.cast(f(angles), inputs.dtype) for f in (ops.cos, ops.sin))
        # Slices of the last axis would take twice as long: their gradients are padded.
        first, second = ops.unstack(ops.reshape(inputs, (-1, length, heads, 2, size // 2)), axis=3)
        turned = [first * cosines - second * sines, second * cosines + first * sines]
        return ops.reshape(ops.stack(turned, axis=3), (-1, length, heads, size))

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self) -> dict:
        return {**super().get_config(), "base": self.base}
