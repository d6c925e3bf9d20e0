"""Words as tokens."""

from collections.abc import Sequence

import keras

from dltemplates.layers.text_layer import TokensLayer, padded

_SPACE = r"[\s\v\p{Z}\x1c-\x1f\x{85}]+"  # what str.split() takes for white space
_UNKNOWN = 1


@keras.saving.register_keras_serializable(package="dltemplates")
class WordTokens(TokensLayer):
    """Makes a token of each word: what stands between white space, as `str.split()` knows it.

    Case and punctuation belong to the word. An empty text is one unknown word, so that no row is
    all padding. It needs the TensorFlow backend.

    Args:
        vocabulary: The words that have a token, which is their place here + 2. 1 is any other.
        max_length: Words that are kept of a text, from its beginning.

    Input shape:
        `(batch,)`, strings.

    Output shape:
        `(batch, length)`, int32; `length` is that of the longest text, at least 1, at most
        `max_length`. 0 is padding, at the end.

    Raises:
        ValueError: A word is repeated, empty or has white space, or `max_length` is below 1.
    """

    tokenisation = "word"

    def __init__(self, vocabulary: Sequence[str], max_length: int, **kwargs) -> None:
        super().__init__(max_length, **kwargs)
        self.vocabulary = [str(word) for word in vocabulary]
        if not self.vocabulary:
            raise ValueError("Expected a `vocabulary` of at least one word, received none.")
        wrong = [word for word in self.vocabulary if word.split() != [word]]
        if wrong:
            raise ValueError(f"Expected words without white space, received {wrong[0]!r}.")
        if len(set(self.vocabulary)) < len(self.vocabulary):
            raise ValueError("Expected distinct words in `vocabulary`, received some repeated.")
        self._table = _table(self.vocabulary)  # an attribute, so that an export finds it

    @property
    def vocabulary_size(self) -> int:
        """How many tokens there are, padding and unknown among them."""
        return len(self.vocabulary) + 2

    def call(self, inputs):
        words = split_words(inputs)
        tokens = padded(words.with_values(self._table.lookup(words.values)), self.max_length)
        return _never_empty(tokens)

    def get_config(self) -> dict:
        return {**super().get_config(), "vocabulary": self.vocabulary}


def split_words(texts):
    """The words of strings `(batch,)`, ragged `(batch, words)`."""
    import tensorflow as tf

    return tf.strings.split(tf.strings.regex_replace(texts, _SPACE, " "))


def _never_empty(tokens):
    """The first token of an empty text becomes unknown."""
    import tensorflow as tf

    return tf.concat([tf.maximum(tokens[:, :1], _UNKNOWN), tokens[:, 1:]], axis=1)


def _table(vocabulary: list[str]):
    import tensorflow as tf

    with tf.init_scope():  # outside any graph that is being traced
        return tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(
                tf.constant(vocabulary), tf.range(2, len(vocabulary) + 2)
            ),
            default_value=_UNKNOWN,
        )
