"""How a sensor log becomes windows."""

import tensorflow as tf
from dltemplates.data.learned_columns import LearnedColumns
from dltemplates.data.sensor_batches import training_batches, validation_batches
from dltemplates.data.sensor_data import SensorData
from dltemplates.data.sensor_log import SensorLog
from dltemplates.data.sensor_log_source import load_sensor_log

from .config import Config


def load_data(config: Config, learned: LearnedColumns | None = None) -> SensorData:
    """Reads the log and divides it in time; the scaler sees the training rows alone.

    With `learned`, its columns are those of a trained detector, in the same order.
    """
    data = config.data
    return SensorData(
        read_log(config),
        window=data.window,
        validation_fraction=data.validation_fraction,
        test_fraction=data.test_fraction,
        train_end=data.train_end,
        validation_end=data.validation_end,
        test_end=data.test_end,
        exclude_labelled=data.exclude_labelled,
        learned=learned,
        scaling=config.finetune.scaling,
    )


def read_log(config: Config) -> SensorLog:
    """Reads the log, on one regular grid of times."""
    data = config.data
    return load_sensor_log(
        data.source,
        path=data.path,
        name=data.name,
        data_dir=data.data_dir,
        timestamp=data.timestamp,
        frequency=data.frequency,
        sensors=data.sensors,
        label=data.label,
        ignore=data.ignore,
        missing_limit=data.missing_limit,
    )


def make_batches(
    config: Config, data: SensorData, first_step: int = 0
) -> tuple[tf.data.Dataset, tf.data.Dataset]:
    """Endless shuffled training windows, and the validation windows once.

    Pairs of windows, `(batch, window, sensors)`: filled as the network takes them, and NaN where a
    value is missing, as it shall give them back.
    """
    batch_size = config.train.batch_size
    training = training_batches(data, batch_size, config.train.seed, first_step=first_step)
    return training, validation_batches(data, 8 * batch_size)
