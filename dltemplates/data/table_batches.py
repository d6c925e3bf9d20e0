"""Batches of rows of features for `model.fit` and `model.evaluate`."""

import numpy as np
import tensorflow as tf

from dltemplates.data.batch_streams import PARALLEL, plain_options, shuffled_places
from dltemplates.data.table_data import TableData


def training_batches(
    data: TableData, batch_size: int, seed: int, *, first_step: int = 0
) -> tf.data.Dataset:
    """An endless stream of shuffled training rows; use it with `steps_per_epoch`.

    Every pass shows each row once, in an order that `seed` and the number of the pass decide; a
    batch may reach across two passes. Batch number n is the same whenever it is asked for, so
    `first_step` goes on where a run stopped.

    Args:
        data: The table.
        batch_size: Rows a batch.
        seed: Decides the order.
        first_step: Number of the first batch.

    Returns:
        Pairs of rows, float32, `(batch_size, features)`: filled, see `TableData.scaled`, and with
        NaN where a value is missing.
    """
    tensors = _tensors(data, data.rows("train"))
    count = len(data.rows("train"))

    def batch(step):
        index, _ = shuffled_places(step, batch_size, count, seed)
        return tuple(tf.gather(tensor, index) for tensor in tensors)

    return (
        tf.data.Dataset.range(first_step, np.iinfo("int64").max // batch_size)
        .map(batch, num_parallel_calls=PARALLEL)
        .prefetch(2)
        .with_options(plain_options())
    )


def validation_batches(data: TableData, batch_size: int) -> tf.data.Dataset:
    """The rows of the validation split once, in order; pairs likewise. The last may be smaller."""
    tensors = _tensors(data, data.rows("validation"))
    return (
        tf.data.Dataset.from_tensor_slices(tensors)
        .batch(batch_size)
        .prefetch(2)
        .with_options(plain_options())
    )


def _tensors(data: TableData, rows: np.ndarray) -> tuple[tf.Tensor, tf.Tensor]:
    """The scaled rows, filled, and with NaN where values are missing."""
    filled, observed = data.scaled(rows), data.observed(rows)
    with tf.device("CPU"):
        given = tf.constant(filled)
        if observed is None:
            return given, given
        return given, tf.constant(np.where(observed > 0, filled, np.float32("nan")))
