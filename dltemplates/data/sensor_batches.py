"""Batches of windows of sensors for `model.fit` and `model.evaluate`."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from dltemplates.data.batch_streams import (
    PARALLEL,
    filled_at_front,
    plain_options,
    shuffled_places,
)
from dltemplates.data.sensor_data import SensorData


def training_batches(
    data: SensorData, batch_size: int, seed: int, *, first_step: int = 0
) -> tf.data.Dataset:
    """An endless stream of shuffled training windows; use it with `steps_per_epoch`.

    Every pass shows each window once, in an order that `seed` and the number of the pass decide; a
    batch may reach across two passes. Batch number n is the same whenever it is asked for, so
    `first_step` goes on where a run stopped.

    Args:
        data: The log.
        batch_size: Windows a batch.
        seed: Decides the order.
        first_step: Number of the first batch.

    Returns:
        Pairs of windows, float32, `(batch_size, window, sensors)`: filled, see
        `SensorData.windows`, and with NaN where a value is missing.
    """
    ends, gather = data.ends("train"), _gathering(data)
    places = tf.constant(ends)

    def batch(step):
        index, _ = shuffled_places(step, batch_size, len(ends), seed)
        return gather(tf.gather(places, index))

    return (
        tf.data.Dataset.range(first_step, np.iinfo("int64").max // batch_size)
        .map(batch, num_parallel_calls=PARALLEL)
        .prefetch(2)
        .with_options(plain_options())
    )


def validation_batches(
    data: SensorData, batch_size: int, *, limit: int = 20_000
) -> tf.data.Dataset:
    """The usable windows of the validation split once, in the order of time; pairs likewise.

    Args:
        data: The log.
        batch_size: Windows a batch; the last may be smaller.
        limit: Largest number of windows; where there are more, evenly spread ones are taken.
    """
    ends = data.ends("validation")
    if len(ends) > limit:
        ends = ends[np.linspace(0, len(ends) - 1, limit).astype("int64")]
    gather = _gathering(data)
    return (
        tf.data.Dataset.from_tensor_slices(ends)
        .batch(batch_size)
        .map(gather, num_parallel_calls=PARALLEL)
        .prefetch(2)
        .with_options(plain_options())
    )


def _gathering(data: SensorData) -> Callable:
    """Gathers windows inside a TensorFlow graph, as `SensorData.windows` does in NumPy."""
    with tf.device("CPU"):
        scaled, seen = tf.constant(data.scaled), tf.constant(data.seen)
    behind = tf.range(1 - data.window, 1, dtype=tf.int64)

    def gather(ends: tf.Tensor):
        rows = ends[:, None] + behind
        windows = tf.gather(scaled, rows)
        if not data.missing:
            return windows, windows
        observed = tf.gather(seen, rows)
        steps_last = (0, 2, 1)
        filled = filled_at_front(
            tf.transpose(windows, steps_last), tf.transpose(observed, steps_last)
        )
        filled = tf.transpose(filled, steps_last)
        return filled, tf.where(observed, filled, np.float32("nan"))

    return gather
