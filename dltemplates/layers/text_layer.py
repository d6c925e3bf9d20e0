"""What layers that read strings have in common."""

import keras


class TextLayer(keras.layers.Layer):
    """Base of layers whose inputs are strings.

    Only TensorFlow has strings in its graphs, so these layers need its backend.

    Raises:
        RuntimeError: Keras runs on another backend.
    """

    def __init__(self, **kwargs) -> None:
        super().__init__(autocast=False, **kwargs)
        self.supports_jit = False  # XLA knows no strings
        backend = keras.backend.backend()
        if backend != "tensorflow":
            raise RuntimeError(
                f"{type(self).__name__} reads strings, which only TensorFlow does; Keras runs on "
                f"{backend}. Set KERAS_BACKEND=tensorflow, or make the tokens outside the model."
            )


class TokensLayer(TextLayer):
    """Base of layers that make tokens of strings.

    Args:
        max_length: Tokens that are kept of a text, from its beginning; at least 1.

    Attributes:
        tokenisation: What a token is, in a word.

    Raises:
        ValueError: `max_length` is below 1.
    """

    tokenisation = ""

    def __init__(self, max_length: int, **kwargs) -> None:
        super().__init__(**kwargs)
        if max_length < 1:
            raise ValueError(f"Expected `max_length` of at least 1, received {max_length}.")
        self.max_length = int(max_length)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], None)

    def compute_output_spec(self, inputs):
        if len(inputs.shape) != 1:
            raise ValueError(f"Expected strings of shape (batch,), received {inputs.shape}.")
        return keras.KerasTensor(self.compute_output_shape(inputs.shape), "int32")

    def get_config(self) -> dict:
        return {**super().get_config(), "max_length": self.max_length}


def padded(ragged, max_length: int):
    """Ragged rows as `(batch, length)`, cut at `max_length`, 0 at their ends, never 0 wide."""
    import tensorflow as tf

    longest = tf.reduce_max(ragged.row_lengths())  # of no rows: the smallest number there is
    return ragged.to_tensor(shape=[-1, tf.clip_by_value(longest, 1, max_length)])
