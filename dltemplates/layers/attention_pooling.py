"""A text as one vector: a weighted mean of its positions."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class AttentionPooling(keras.layers.Layer):
    """The mean over positions, each weighted by the softmax of a learned score.

    The scores start at zero, which gives the plain mean. Masked positions have no weight; a text
    of masked positions only becomes zeros.

    Input shape:
        `(batch, length, units)`, the units fixed.

    Output shape:
        `(batch, units)`.

    Raises:
        ValueError: On inputs of another rank or of unknown width.

    Reference:
        Yang et al., 2016, "Hierarchical Attention Networks for Document Classification"
        (https://aclanthology.org/N16-1174), without the hidden layer of its score.
    """

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def build(self, input_shape) -> None:
        if len(input_shape) != 3 or not input_shape[2]:
            raise ValueError(
                "Expected inputs of shape (batch, length, units), with fixed units, "
                f"received {tuple(input_shape)}."
            )
        self.kernel = self.add_weight(shape=(input_shape[2],), initializer="zeros", name="kernel")

    def call(self, inputs, mask=None):
        scores = ops.cast(ops.matmul(inputs, self.kernel), "float32")
        if mask is not None:
            scores = scores + ops.where(mask, 0.0, -1e9)
        weights = ops.softmax(scores, axis=-1)
        if mask is not None:
            weights = weights * ops.cast(mask, "float32")  # for texts that are masked throughout
        weights = ops.cast(weights, self.compute_dtype)
        return ops.squeeze(ops.matmul(weights[:, None], inputs), axis=1)

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        return input_shape[0], input_shape[2]
