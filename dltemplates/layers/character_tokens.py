"""Characters as tokens."""

import keras

from dltemplates.layers.text_layer import TokensLayer, padded

_REPLACEMENT = 0xFFFD


@keras.saving.register_keras_serializable(package="dltemplates")
class CharacterTokens(TokensLayer):
    """Makes a token of each character: its Unicode code point.

    Bytes that are no UTF-8, and NUL, become U+FFFD. An empty text is one space, so that no row is
    all padding. It needs the TensorFlow backend.

    Args:
        max_length: Characters that are kept of a text, from its beginning.

    Input shape:
        `(batch,)`, strings.

    Output shape:
        `(batch, length)`, int32; `length` is that of the longest text, at least 1, at most
        `max_length`. 0 is padding, at the end.

    Raises:
        ValueError: `max_length` is below 1.
    """

    tokenisation = "character"

    def call(self, inputs):
        import tensorflow as tf

        texts = tf.where(inputs == "", " ", inputs)
        codes = tf.strings.unicode_decode(texts, "UTF-8")
        codes = codes.with_values(tf.where(codes.values == 0, _REPLACEMENT, codes.values))
        return padded(codes, self.max_length)
