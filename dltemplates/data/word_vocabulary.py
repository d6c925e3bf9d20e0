"""The commonest words of texts, for tokens of words."""

from collections import Counter
from collections.abc import Sequence

import tensorflow as tf

from dltemplates.errors import DataError
from dltemplates.layers import NormalizedText
from dltemplates.layers.word_tokens import split_words

_PIECE = 4_096  # texts at a time


def common_words(texts: Sequence[str | bytes], size: int = 20_000, at_least: int = 2) -> list[str]:
    """The words that `texts` use most, split just as `layers.WordTokens` splits them.

    Args:
        texts: The training texts.
        size: Words at most.
        at_least: How often a word occurs at least; one seen once teaches little.

    Returns:
        The words, the commonest first, those as common as each other in the order of their code
        points.

    Raises:
        DataError: No word is as common as that.
    """
    normalise, counts = NormalizedText(), Counter[bytes]()
    for start in range(0, len(texts), _PIECE):
        piece = normalise(tf.constant(texts[start : start + _PIECE], tf.string))
        counts.update(split_words(piece).values.numpy().tolist())
    common = [word for word, count in counts.items() if count >= at_least]
    if not common:
        raise DataError(
            f"No word occurs {at_least} times in these {len(texts)} texts.",
            hint="Tokens of characters need no vocabulary.",
        )
    common.sort(key=lambda word: (-counts[word], word))
    return [word.decode() for word in common[:size]]
