"""The level of series whose level means nothing."""

from collections.abc import Sequence

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class WindowLevel(keras.layers.Layer):
    """The mean of each window where the level of a series wanders, else 0.

    A network that sees windows without it can only judge changes there.

    Args:
        wandering: Whose level wanders, in the order of the last axis.

    Input shape:
        `(batch, window, len(wandering))`.

    Output shape:
        `(batch, 1, len(wandering))`.

    Raises:
        ValueError: On inputs of another shape.
    """

    def __init__(self, wandering: Sequence[bool], **kwargs) -> None:
        super().__init__(**kwargs)
        self.wandering = [bool(each) for each in wandering]

    def build(self, input_shape) -> None:
        if len(input_shape) != 3 or input_shape[2] != len(self.wandering):
            raise ValueError(
                f"Expected inputs of shape (batch, window, {len(self.wandering)}), "
                f"received {tuple(input_shape)}."
            )
        self.built = True

    def call(self, inputs):
        wandering = ops.convert_to_tensor([float(each) for each in self.wandering], inputs.dtype)
        return ops.mean(inputs, axis=1, keepdims=True) * wandering

    def compute_output_shape(self, input_shape):
        return input_shape[0], 1, input_shape[2]

    def get_config(self) -> dict:
        return {**super().get_config(), "wandering": self.wandering}
