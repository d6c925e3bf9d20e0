"""How a table becomes batches of rows."""

import tensorflow as tf
from dltemplates.data.feature_table import FeatureTable
from dltemplates.data.feature_table_source import load_feature_table
from dltemplates.data.learned_columns import LearnedColumns
from dltemplates.data.table_batches import training_batches, validation_batches
from dltemplates.data.table_data import TableData

from .config import Config


def load_data(config: Config, learned: LearnedColumns | None = None) -> TableData:
    """Reads the table and divides its rows; the scaler sees the training rows alone.

    With `learned`, its columns are those of a trained detector, in the same order.
    """
    data = config.data
    return TableData(
        read_table(config),
        validation_fraction=data.validation_fraction,
        test_fraction=data.test_fraction,
        train_end=data.train_end,
        validation_end=data.validation_end,
        test_end=data.test_end,
        exclude_labelled=data.exclude_labelled,
        learned=learned,
        scaling=config.finetune.scaling,
    )


def read_table(config: Config) -> FeatureTable:
    """Reads the table."""
    data = config.data
    return load_feature_table(
        data.source,
        path=data.path,
        name=data.name,
        data_dir=data.data_dir,
        features=data.features,
        label=data.label,
        ignore=data.ignore,
        missing_limit=data.missing_limit,
    )


def make_batches(
    config: Config, data: TableData, first_step: int = 0
) -> tuple[tf.data.Dataset, tf.data.Dataset]:
    """Endless shuffled training rows, and the validation rows once.

    Pairs of rows, `(batch, features)`: filled as the network takes them, and NaN where a value is
    missing, as it shall give them back.
    """
    batch_size = config.train.batch_size
    training = training_batches(data, batch_size, config.train.seed, first_step=first_step)
    return training, validation_batches(data, 4 * batch_size)
