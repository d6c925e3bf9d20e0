"""A learned vector for each position."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dltemplates")
class PositionEmbedding(keras.layers.Layer):
    """Adds a vector of its own, which is learned, to each position of a sequence.

    Args:
        initializer: Initializer of the vectors.
        length: Most positions of a sequence, each of which may then be shorter; None for sequences
            of one fixed length, that of the inputs.

    Input and output shape:
        `(batch, positions, units)`, units fixed, and without a `length` positions too.

    Raises:
        ValueError: On a length below 1, or inputs of another rank, of unknown width, without a
            `length` of unknown positions, or with more positions than `length`.

    Reference:
        Gehring et al., 2017, "Convolutional Sequence to Sequence Learning"
        (https://arxiv.org/abs/1705.03122).
    """

    def __init__(self, initializer="uniform", length: int | None = None, **kwargs) -> None:
        super().__init__(**kwargs)
        if length is not None and length < 1:
            raise ValueError(f"Expected `length` of at least 1, received {length}.")
        self.length = length
        self.initializer = keras.initializers.get(initializer)
        self.supports_masking = True

    def build(self, input_shape) -> None:
        fixed = "units" if self.length else "positions and units"
        if len(input_shape) != 3 or None in input_shape[2 if self.length else 1 :]:
            raise ValueError(
                f"Expected inputs of shape (batch, positions, units), {fixed} fixed, "
                f"received {tuple(input_shape)}."
            )
        self.embeddings = self.add_weight(
            shape=(self.length or input_shape[1], input_shape[2]),
            initializer=self.initializer,
            name="embeddings",
        )

    def call(self, inputs):
        if self.length is None:
            return inputs + self.embeddings
        if inputs.shape[1] is not None and inputs.shape[1] > self.length:
            raise ValueError(
                f"Expected at most {self.length} positions, received {inputs.shape[1]}."
            )
        return inputs + self.embeddings[: ops.shape(inputs)[1]]

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "initializer": keras.initializers.serialize(self.initializer),
            "length": self.length,
        }
