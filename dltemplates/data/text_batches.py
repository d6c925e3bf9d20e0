"""Batches of tokens for `model.fit` and `model.evaluate`, texts of like length together."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import tensorflow as tf

from dltemplates.data.batch_streams import plain_options

Tokens: TypeAlias = tf.RaggedTensor | tuple[np.ndarray, np.ndarray]

_PIECE = 4096
_CHUNK = 64  # batches among whose texts like lengths are sought
PARALLEL = 2  # one batch in the making beside the one that is wanted; more only burdens the cores


def encode(texts: Sequence[str], tokens_layer: Callable[[tf.Tensor], tf.Tensor]) -> tf.RaggedTensor:
    """The tokens of all texts, made once.

    Args:
        texts: Any number of them.
        tokens_layer: Turns strings `(batch,)` into int32 tokens `(batch, length)`, where 0 is
            padding and stands at the end.

    Returns:
        int32, `(texts, None)`, without padding.
    """
    values, lengths = [np.zeros(0, "int32")], [np.zeros(0, "int64")]
    for start in range(0, len(texts), _PIECE):
        tokens = np.asarray(tokens_layer(tf.constant(list(texts[start : start + _PIECE]))))
        values.append(tokens[tokens != 0])
        lengths.append(np.count_nonzero(tokens, axis=1))
    with tf.device("CPU"):
        return tf.RaggedTensor.from_row_lengths(np.concatenate(values), np.concatenate(lengths))


def training_batches(
    tokens: Tokens,
    labels: np.ndarray,
    classes: int,
    batch_size: int,
    *,
    seed: int,
    first_step: int = 0,
    multiple: int = 1,
) -> tf.data.Dataset:
    """An endless stream of shuffled batches of texts of like length; use it with `steps_per_epoch`.

    An epoch draws an order of all texts, sorts stretches of 64 batches by length, cuts them into
    batches and shuffles these. What is left at its end, less than a batch, waits for the draw of
    another epoch, so that every batch is full; of fewer texts than a batch holds, some come twice.
    `seed` and the number of a batch decide what is in it, so `first_step` goes on where a run
    stopped.

    Args:
        tokens: int32 tokens of each text without padding: ragged `(texts, None)`, or values and
            where each text begins and the last one ends, `(texts + 1,)`.
        labels: Class indices `(texts,)`, or 0 and 1 for each class `(texts, classes)`.
        classes: Number of classes.
        batch_size: Texts a batch.
        seed: Decides the order.
        first_step: Number of the first batch.
        multiple: Batches are padded to the length of their longest text, rounded up to a multiple
            of this: more for fewer shapes, at the price of more padding.

    Returns:
        Batches of tokens (int32, `(batch_size, length)`, 0 = padding, at the end) and targets
        (float32, `(batch_size, classes)`).
    """
    rows = PaddedRows(tokens, multiple)
    make = _maker(rows, labels, classes)
    batches = shuffled_texts(rows.lengths, batch_size, seed, first_step).map(
        make, num_parallel_calls=PARALLEL
    )
    return batches.prefetch(2).with_options(plain_options())


def evaluation_batches(
    tokens: Tokens, labels: np.ndarray, classes: int, batch_size: int, *, multiple: int = 1
) -> tf.data.Dataset:
    """Every text once, in order; the last batch may be smaller. See `training_batches`."""
    rows = PaddedRows(tokens, multiple)
    batches = (
        tf.data.Dataset.range(len(rows.lengths))
        .batch(batch_size)
        .map(_maker(rows, labels, classes), num_parallel_calls=PARALLEL)
    )
    return batches.prefetch(2).with_options(plain_options())


def shuffled_texts(
    lengths: np.ndarray, batch_size: int, seed: int, first_step: int = 0
) -> tf.data.Dataset:
    """The numbers of the texts of each batch, endlessly; see `training_batches`.

    Args:
        lengths: Tokens of each text, `(texts,)`.
        batch_size: Texts a batch.
        seed: Decides the order.
        first_step: Number of the first batch.

    Returns:
        int64, `(batch_size,)`.
    """
    steps = max(len(lengths) // batch_size, 1)

    def order(epoch: tf.Tensor) -> tf.Tensor:
        rows = tf.numpy_function(
            lambda number: epoch_order(lengths, batch_size, seed, int(number)), [epoch], tf.int64
        )
        return tf.ensure_shape(rows, (steps, batch_size))

    epochs = tf.data.Dataset.range(first_step // steps, np.iinfo("int64").max)
    batches = epochs.map(order).flat_map(tf.data.Dataset.from_tensor_slices)
    return batches.skip(first_step % steps)


def epoch_order(lengths: np.ndarray, batch_size: int, seed: int, epoch: int) -> np.ndarray:
    """Which texts are in which batch of an epoch.

    Args:
        lengths: Tokens of each text, `(texts,)`.
        batch_size: Texts a batch.
        seed: Decides the order, with `epoch`.
        epoch: Number of the epoch.

    Returns:
        int64, `(batches, batch_size)`.
    """
    rng = np.random.Generator(np.random.PCG64([seed, epoch]))
    texts = rng.permutation(len(lengths))
    steps = max(len(lengths) // batch_size, 1)
    texts = np.resize(texts, steps * batch_size)  # repeats them where a batch wants more
    stretches = np.arange(len(texts)) // (_CHUNK * batch_size)
    batches = texts[np.lexsort((lengths[texts], stretches))].reshape(steps, batch_size)
    return batches[rng.permutation(steps)].astype("int64")


class PaddedRows:
    """Rows of tokens by their numbers, padded to the longest of them, inside a graph.

    Args:
        tokens: As `training_batches` takes them.
        multiple: What the length is rounded up to a multiple of.

    Attributes:
        lengths: Tokens of each text, `(texts,)`.
    """

    def __init__(self, tokens: Tokens, multiple: int = 1) -> None:
        values, offsets = _parts(tokens)
        self.lengths = np.diff(offsets)
        self.multiple = multiple
        self._padding = len(values)
        with tf.device("CPU"):
            self._flat = tf.constant(np.append(values, np.int32(0)))  # its last place is padding
            self._starts, self._ends = tf.constant(offsets[:-1]), tf.constant(offsets[1:])

    def __call__(self, index: tf.Tensor) -> tf.Tensor:
        """Tokens, int32 `(batch, length)`, of the texts numbered `index`, `(batch,)`."""
        begin, end = tf.gather(self._starts, index)[:, None], tf.gather(self._ends, index)[:, None]
        longest = tf.maximum(tf.reduce_max(end - begin), 1)
        length = (longest + self.multiple - 1) // self.multiple * self.multiple
        places = begin + tf.range(length)
        return tf.gather(self._flat, tf.where(places < end, places, self._padding))


def _parts(tokens: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """Values and offsets of ragged tokens."""
    if isinstance(tokens, tuple):
        return np.asarray(tokens[0], "int32"), np.asarray(tokens[1], "int64")
    return tokens.values.numpy().astype("int32"), tokens.row_splits.numpy().astype("int64")


def _maker(
    rows: PaddedRows, labels: np.ndarray, classes: int
) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """What makes padded tokens and targets of the numbers of texts, inside a graph."""
    with tf.device("CPU"):
        known = tf.constant(labels)

    def make(index: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        chosen = tf.gather(known, index)
        targets = tf.one_hot(chosen, classes) if chosen.shape.rank == 1 else chosen
        return rows(index), tf.cast(targets, "float32")

    return make
