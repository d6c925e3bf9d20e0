"""Batches of windows for `model.fit` and `model.evaluate`."""

import numpy as np
import tensorflow as tf

from dltemplates.data.batch_streams import (
    PARALLEL,
    filled_at_front,
    plain_options,
    shuffled_places,
)
from dltemplates.data.forecast_data import AHEAD, ForecastData
from dltemplates.data.window_features import WindowFeatures


def training_batches(
    data: ForecastData, batch_size: int, seed: int, *, first_step: int = 0
) -> tf.data.Dataset:
    """An endless stream of shuffled training windows; use it with `steps_per_epoch`.

    Every pass shows each window of each series once, in an order that `seed` and the number of the
    pass decide; a batch may reach across two passes. Batch number n is the same whenever it is
    asked for, so `first_step` goes on where a run stopped.

    The windows are gathered from the series as they are used; they are never all in memory.

    Args:
        data: The series.
        batch_size: Windows a batch.
        seed: Decides the order.
        first_step: Number of the first batch.

    Returns:
        Batches of inputs, targets and, where values are missing, weights; see `Windows`.
    """
    origins = data.origins("train")
    gather = _Gather(data)
    series = len(data.series.names)
    count = len(origins) * series

    def batch(step):
        pair, _ = shuffled_places(step, batch_size, count, seed)
        return gather(origins.start + pair // series, pair % series)

    return (
        tf.data.Dataset.range(first_step, np.iinfo("int64").max // batch_size)
        .map(batch, num_parallel_calls=PARALLEL)
        .prefetch(2)
        .with_options(plain_options())
    )


def evaluation_batches(
    data: ForecastData, split: str, batch_size: int, *, limit: int = 20_000
) -> tf.data.Dataset:
    """Windows of a split once, in the order of time; the last batch may be smaller.

    Args:
        data: The series.
        split: `train`, `validation` or `test`.
        batch_size: Windows a batch.
        limit: Largest number of windows; where there are more, evenly spread origins are taken, all
            series at each.
    """
    series = len(data.series.names)
    origins = tf.constant(spread(data.origins(split), max(1, limit // series)))
    gather = _Gather(data)
    count = len(origins) * series

    def batch(start):
        pair = tf.range(start, tf.minimum(start + batch_size, count))
        return gather(tf.gather(origins, pair // series), pair % series)

    return (
        tf.data.Dataset.range(0, count, batch_size)
        .map(batch, num_parallel_calls=PARALLEL)
        .prefetch(2)
        .with_options(plain_options())
    )


def spread(origins: range, most: int) -> np.ndarray:
    """Up to `most` of `origins`, evenly spread: int64, in order."""
    count = min(most, len(origins))
    return np.unique(np.linspace(origins.start, origins.stop - 1, count).astype("int64"))


class _Gather:
    """Gathers windows inside a TensorFlow graph, as `ForecastData.windows` does in NumPy."""

    def __init__(self, data: ForecastData) -> None:
        self.lookback, self.horizon, self.missing = data.lookback, data.horizon, data.missing
        with tf.device("CPU"):
            self.values = _Rows(data.scaled)
            self.observed = _Rows(data.observed) if data.missing else None
            blocks = {name: _Features(block) for name, block in data.features.items()}
            self.history = list(blocks.values())
            self.known = [blocks[name] for name in AHEAD if name in blocks]
            static = data.series.static if data.static_features else None
            self.static = None if static is None else tf.constant(static)

    def __call__(self, origins: tf.Tensor, series: tf.Tensor) -> tuple:
        behind = origins[:, None] + tf.range(-self.lookback, 0, dtype=tf.int64)
        ahead = origins[:, None] + tf.range(self.horizon, dtype=tf.int64)
        inputs = {
            "values": self.values.take(series, behind),
            "series": tf.cast(series, tf.int32),
        }
        if self.history:
            inputs["history"] = _joined(self.history, series, behind)
        if self.known:
            inputs["known"] = _joined(self.known, series, ahead)
        if self.static is not None:
            inputs["static"] = tf.gather(self.static, series)
        targets = self.values.take(series, ahead)[..., None]
        if self.observed is None:
            return inputs, targets
        seen = self.observed.take(series, behind)
        inputs["values"] = filled_at_front(inputs["values"], seen)
        usable = tf.reduce_any(seen, axis=1, keepdims=True)
        weights = tf.cast(self.observed.take(series, ahead) & usable, tf.float32)
        return inputs, targets, weights


class _Rows:
    """An array `(series or 1, rows, …)` of which windows are taken."""

    def __init__(self, values: np.ndarray) -> None:
        self.shared, self.rows = values.shape[0] == 1, values.shape[1]
        self.flat = tf.constant(values.reshape(-1, *values.shape[2:]))

    def take(self, series: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
        index = rows if self.shared else series[:, None] * self.rows + rows
        return tf.gather(self.flat, index)


class _Features:
    """A block of features, as `WindowFeatures.windows` gives them."""

    def __init__(self, block: WindowFeatures) -> None:
        self.values = _Rows(block.values)
        self.observed = None if block.observed is None else _Rows(block.observed)

    def take(self, series: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
        taken = tf.cast(self.values.take(series, rows), tf.float32)
        if self.observed is None:
            return taken
        # With the steps last, broadcasting is three times as fast.
        seen = tf.transpose(self.observed.take(series, rows), (0, 2, 1))
        filled = filled_at_front(tf.transpose(taken, (0, 2, 1)), seen)
        return tf.transpose(filled, (0, 2, 1))


def _joined(blocks: list[_Features], series: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
    return tf.concat([block.take(series, rows) for block in blocks], axis=-1)
