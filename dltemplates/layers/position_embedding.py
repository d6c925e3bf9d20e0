"""A learned vector for each position."""

import keras


@keras.saving.register_keras_serializable(package="dltemplates")
class PositionEmbedding(keras.layers.Layer):
    """Adds a vector of its own, which is learned, to each position of a sequence.

    Args:
        initializer: Initializer of the vectors.

    Input and output shape:
        `(batch, positions, units)`, positions and units fixed.

    Raises:
        ValueError: On inputs of another rank, or of unknown length or width.

    Reference:
        Gehring et al., 2017, "Convolutional Sequence to Sequence Learning"
        (https://arxiv.org/abs/1705.03122).
    """

    def __init__(self, initializer="uniform", **kwargs) -> None:
        super().__init__(**kwargs)
        self.initializer = keras.initializers.get(initializer)
        self.supports_masking = True

    def build(self, input_shape) -> None:
        if len(input_shape) != 3 or None in input_shape[1:]:
            raise ValueError(
                "Expected inputs of shape (batch, positions, units), positions and units fixed, "
                f"received {tuple(input_shape)}."
            )
        self.embeddings = self.add_weight(
            shape=input_shape[1:], initializer=self.initializer, name="embeddings"
        )

    def call(self, inputs):
        return inputs + self.embeddings

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "initializer": keras.initializers.serialize(self.initializer),
        }
