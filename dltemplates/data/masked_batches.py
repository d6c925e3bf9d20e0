"""Batches of texts with hidden tokens, for pre-training without labels."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import tensorflow as tf

from dltemplates.data.batch_streams import plain_options
from dltemplates.data.text_batches import PARALLEL, PaddedRows, Tokens, shuffled_texts

Masked: TypeAlias = tuple[tuple[tf.Tensor, tf.Tensor], tf.Tensor, tf.Tensor]

_LONGEST_SPAN = 5


def masked_batches(
    tokens: Tokens, batch_size: int, *, seed: int, rate: float, hidden: int, first_step: int = 0
) -> tf.data.Dataset:
    """An endless stream of texts of like length, of which a network has to guess hidden tokens.

    Each text is cut at random into spans of 1 to 5 tokens, and whole spans are hidden, the last
    one perhaps in part, until `rate` of its tokens are: rounded up or down at random, so that also
    of short texts `rate` is hidden on average. Spans may meet. The texts of a batch are those that
    `dltemplates.data.text_batches.training_batches` would show; `seed` and the number of a batch
    decide what is in it and what is hidden.

    Args:
        tokens: As `training_batches` takes them.
        batch_size: Texts a batch.
        seed: Decides the order and what is hidden.
        rate: Share of tokens that is hidden, between 0 and 1.
        hidden: The token that stands for a hidden one.
        first_step: Number of the first batch.

    Returns:
        Batches of inputs, targets and weights. The inputs are tokens, int32
        `(batch_size, length)`, 0 = padding, at the end; and the places of the hidden ones, int32
        `(batch_size, guesses)`, where guesses is `rate` of the length, rounded up. Targets are the
        tokens that were at these places, int32 `(batch_size, guesses)`. Weights, float32
        `(batch_size, guesses)`, are 1, and 0 where a text has fewer hidden tokens than that.

    Raises:
        ValueError: On a rate that is not between 0 and 1.

    Reference:
        Devlin et al., 2018, "BERT" (https://arxiv.org/abs/1810.04805); Joshi et al., 2020,
        "SpanBERT" (https://arxiv.org/abs/1907.10529), for spans.
    """
    if not 0.0 < rate < 1.0:
        raise ValueError(f"Expected `rate` between 0 and 1, received {rate}.")
    rows = PaddedRows(tokens)
    texts = shuffled_texts(rows.lengths, batch_size, seed, first_step)
    steps = tf.data.Dataset.range(first_step, np.iinfo("int64").max)
    batches = tf.data.Dataset.zip(steps, texts).map(
        _hider(rows, seed, rate, hidden), num_parallel_calls=PARALLEL
    )
    return batches.prefetch(2).with_options(plain_options())


def _hider(
    rows: PaddedRows, seed: int, rate: float, hidden: int
) -> Callable[[tf.Tensor, tf.Tensor], Masked]:
    """What makes a batch of its number and the numbers of its texts, inside a graph."""

    def hide(step: tf.Tensor, index: tf.Tensor) -> Masked:
        tokens = rows(index)
        batch, length = index.shape[0], tf.shape(tokens)[1]
        noise = tf.random.stateless_uniform((batch, 2 * length + 1), [seed, step], alg="philox")
        order = _span_order(noise[:, :length], noise[:, length:-1])
        order = tf.where(tokens != 0, order, -1.0)
        guesses = tf.cast(tf.math.ceil(rate * tf.cast(length, "float64")), "int32")
        places = tf.math.top_k(order, guesses).indices  # of equals, the first come first

        lengths = tf.math.count_nonzero(tokens, axis=1, keepdims=True, dtype=tf.int32)
        wanted = tf.floor(rate * tf.cast(lengths, "float32") + noise[:, -1:])
        counted = tf.range(guesses) < tf.minimum(tf.cast(wanted, "int32"), lengths)
        targets = tf.gather(tokens, places, batch_dims=1)
        shown = tf.tensor_scatter_nd_update(
            tokens,
            tf.stack([tf.broadcast_to(tf.range(batch)[:, None], tf.shape(places)), places], 2),
            tf.where(counted, hidden, targets),
        )
        return (shown, places), targets, tf.cast(counted, "float32")

    return hide


def _span_order(sizes: tf.Tensor, ranks: tf.Tensor) -> tf.Tensor:
    """A number for each token, the same for all tokens of a span; the highest are hidden first.

    Args:
        sizes: Uniform noise that decides how long each span is, `(batch, length)`.
        ranks: Uniform noise, a number for each span, `(batch, length)`.
    """
    ends = tf.cumsum(1 + tf.cast(sizes * _LONGEST_SPAN, "int32"), axis=1)
    places = tf.broadcast_to(tf.range(tf.shape(sizes)[1]), tf.shape(sizes))
    return tf.gather(ranks, tf.searchsorted(ends, places, side="right"), batch_dims=1)
