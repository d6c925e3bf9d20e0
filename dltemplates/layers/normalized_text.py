"""Text as it should be, whatever bytes arrive."""

import keras

from dltemplates.layers.text_layer import TextLayer

_REPLACEMENT = 0xFFFD
_SPACE = r"[\s\v\p{Z}\x1c-\x1f\x{85}]"  # what str.strip() takes for white space
_LEAD, _VOWEL, _TAIL, _SYLLABLE = 0x1100, 0x1161, 0x11A7, 0xAC00
_LEADS, _VOWELS, _TAILS, _SYLLABLES = 19, 21, 28, 11_172


@keras.saving.register_keras_serializable(package="dltemplates")
class NormalizedText(TextLayer):
    """Makes valid UTF-8 of any bytes, with Hangul composed, inside the graph.

    - Bytes that are no UTF-8, and NUL, become U+FFFD, as many as `bytes.decode("utf-8", "replace")`
      makes of them. (0 is the padding of tokens.)
    - Decomposed Hangul, as macOS writes it in file names, becomes syllables; so does a syllable
      with a final jamo behind it. For Hangul that is `unicodedata.normalize("NFC", text)`; other
      scripts stay as they are.
    - White space at both ends, as `str.strip()` knows it, goes.

    All else is kept: case, punctuation, emoji, line breaks. Twice is the same as once. It needs the
    TensorFlow backend.

    Input and output shape:
        `(batch,)`, strings.

    Reference:
        The Unicode Standard, section 3.12, "Conjoining Jamo Behavior".
    """

    def call(self, inputs):
        import tensorflow as tf

        codes = tf.strings.unicode_decode(inputs, "UTF-8")
        texts = tf.strings.unicode_encode(_composed(codes), "UTF-8")
        return tf.strings.regex_replace(texts, f"^{_SPACE}+|{_SPACE}+$", "")

    def compute_output_shape(self, input_shape):
        return input_shape

    def compute_output_spec(self, inputs):
        return keras.KerasTensor(inputs.shape, "string")


def _composed(ragged):
    """Composes the Hangul of code points, ragged `(batch, characters)`, and replaces 0."""
    import tensorflow as tf

    codes, rows = ragged.values, ragged.value_rowids()
    count = tf.size(codes)
    padded_codes = tf.concat([codes, [0, 0]], axis=0)
    padded_rows = tf.concat([rows, [-1, -1]], axis=0)
    # The next character and the one after it, 0 beyond the end of their text.
    second = tf.where(padded_rows[1:-1] == rows, padded_codes[1:-1], 0)
    third = tf.where(padded_rows[2:] == rows, padded_codes[2:], 0)

    pair = _within(codes, _LEAD, _LEADS) & _within(second, _VOWEL, _VOWELS)
    syllable = _SYLLABLE + ((codes - _LEAD) * _VOWELS + second - _VOWEL) * _TAILS
    open_syllable = _within(codes, _SYLLABLE, _SYLLABLES) & ((codes - _SYLLABLE) % _TAILS == 0)
    follower = tf.where(pair, third, second)
    closed = (pair | open_syllable) & _within(follower, _TAIL + 1, _TAILS - 1)
    values = tf.where(pair, syllable, tf.where(codes == 0, _REPLACEMENT, codes))
    values += tf.where(closed, follower - _TAIL, 0)

    used_second = tf.concat([[False], pair | closed], axis=0)[:count]
    used_third = tf.concat([[False, False], pair & closed], axis=0)[:count]
    kept = tf.where(~(used_second | used_third))[:, 0]
    return tf.RaggedTensor.from_value_rowids(
        tf.gather(values, kept), tf.gather(rows, kept), ragged.nrows(), validate=False
    )


def _within(codes, first: int, count: int):
    return (codes >= first) & (codes < first + count)
