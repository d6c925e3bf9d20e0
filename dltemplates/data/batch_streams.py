"""What all streams of batches have: options, a shuffled order, and gaps filled in the graph."""

import os

import tensorflow as tf

PARALLEL = min(8, os.cpu_count() or 2)


def shuffled_places(
    step: tf.Tensor, batch_size: int, count: int, seed: int
) -> tuple[tf.Tensor, tf.Tensor]:
    """Which of `count` items stand in the batch number `step` of an endless stream.

    Every pass shows each item once, in an order that `seed` and the number of the pass decide; a
    batch may reach across two passes.

    Returns:
        Items and passes, both int64, `(batch_size,)`.
    """
    place = step * batch_size + tf.range(batch_size, dtype=tf.int64)
    epoch = place // count
    # A key of zeros, or fewer rounds, leaves the order close to the items' own.
    fixed = tf.fill((batch_size,), tf.constant(seed + 1_000_003, tf.int64))
    index = tf.raw_ops.RandomIndexShuffle(
        index=place % count,
        seed=tf.stack([fixed, fixed, epoch], axis=1),
        max_index=tf.constant(count - 1, tf.int64),
        rounds=16,
    )
    return tf.ensure_shape(index, (batch_size,)), epoch


def plain_options() -> tf.data.Options:
    """tf.data options without autotuning, whose thread makes `fit` wait after every epoch."""
    options = tf.data.Options()
    options.autotune.enabled = False
    return options


def filled_at_front(windows: tf.Tensor, observed: tf.Tensor) -> tf.Tensor:
    """As `window_features.filled_at_front`, bit for bit, of `(..., steps)`."""
    first = tf.argmax(observed, axis=-1, output_type=tf.int32)[..., None]
    some = tf.reduce_any(observed, axis=-1, keepdims=True)
    front = tf.where(some, tf.gather(windows, first, batch_dims=windows.shape.rank - 1), 0.0)
    return tf.where(some & (tf.range(windows.shape[-1]) >= first), windows, front)
