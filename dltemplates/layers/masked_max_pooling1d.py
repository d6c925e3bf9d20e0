"""A text as one vector: the largest value of each unit."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class MaskedMaxPooling1D(keras.layers.Layer):
    """The largest value of each unit over the positions that are not masked.

    A text of masked positions only becomes zeros. Keras's `GlobalMaxPooling1D` takes masked
    positions too.

    Input shape:
        `(batch, length, units)`.

    Output shape:
        `(batch, units)`.

    Raises:
        ValueError: On inputs of another rank.

    Reference:
        Collobert et al., 2011, "Natural Language Processing (Almost) from Scratch"
        (https://arxiv.org/abs/1103.0398).
    """

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def build(self, input_shape) -> None:
        if len(input_shape) != 3:
            raise ValueError(
                f"Expected inputs of shape (batch, length, units), received {tuple(input_shape)}."
            )
        self.built = True

    def call(self, inputs, mask=None):
        if mask is None:
            return ops.max(inputs, axis=1)
        inside = mask[..., None]
        lowest = ops.full_like(inputs, float("-inf"))
        largest = ops.max(ops.where(inside, inputs, lowest), axis=1)
        return ops.where(ops.any(inside, axis=1), largest, ops.zeros_like(largest))

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        return input_shape[0], input_shape[2]
