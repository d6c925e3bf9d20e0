"""The beginning of a text."""

import keras


@keras.saving.register_keras_serializable(package="dltemplates")
class FirstTokens(keras.layers.Layer):
    """Keeps the first tokens of each text, as many as a network reads.

    Args:
        length: Tokens that are kept, at least 1.

    Input shape:
        `(batch, length of the texts)`, integers.

    Output shape:
        `(batch, up to length)`.

    Raises:
        ValueError: On a length below 1.
    """

    def __init__(self, length: int, **kwargs) -> None:
        super().__init__(autocast=False, **kwargs)
        if length < 1:
            raise ValueError(f"Expected `length` of at least 1, received {length}.")
        self.length = int(length)

    def call(self, inputs):
        return inputs[:, : self.length]

    def compute_output_shape(self, input_shape):
        batch, length = input_shape
        return batch, None if length is None else min(length, self.length)

    def compute_output_spec(self, inputs):
        return keras.KerasTensor(self.compute_output_shape(inputs.shape), inputs.dtype)

    def get_config(self) -> dict:
        return {**super().get_config(), "length": self.length}
