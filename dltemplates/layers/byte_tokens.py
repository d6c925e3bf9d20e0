"""Bytes as tokens."""

import keras

from dltemplates.layers.text_layer import TokensLayer


@keras.saving.register_keras_serializable(package="dltemplates")
class ByteTokens(TokensLayer):
    """Makes a token of each byte: the byte + 1, so 1-256.

    A Korean syllable has three. The cut at `max_length` may go through a character. An empty text
    is one space, so that no row is all padding. It needs the TensorFlow backend.

    Args:
        max_length: Bytes that are kept of a text, from its beginning.

    Input shape:
        `(batch,)`, strings.

    Output shape:
        `(batch, length)`, int32; `length` is that of the longest text, at least 1, at most
        `max_length`. 0 is padding, at the end.

    Raises:
        ValueError: `max_length` is below 1.

    Reference:
        Xue et al., 2022, "ByT5: Towards a Token-Free Future with Pre-trained Byte-to-Byte Models"
        (https://arxiv.org/abs/2105.13626).
    """

    tokenisation = "byte"
    vocabulary_size = 257

    def call(self, inputs):
        import tensorflow as tf

        texts = tf.where(inputs == "", " ", inputs)
        lengths = tf.strings.length(texts)
        length = tf.clip_by_value(tf.reduce_max(lengths), 1, self.max_length)
        tokens = tf.cast(tf.io.decode_raw(texts, tf.uint8, fixed_length=length), "int32") + 1
        return tf.where(tf.range(length) < lengths[:, None], tokens, 0)
