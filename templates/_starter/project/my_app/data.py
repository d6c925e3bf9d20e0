"""How a table becomes batches."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf
from dltemplates.data.batch_streams import PARALLEL, plain_options, shuffled_places
from dltemplates.data.feature_table_source import assemble_table
from dltemplates.data.series_table_file import read_table
from dltemplates.errors import DataError
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

from .config import Config

FEWEST_ROWS = 20


@dataclass(frozen=True)
class Table:
    """Rows of numbers, each of one class.

    Attributes:
        features: What the columns are called.
        classes: The names of the classes, sorted.
        values: float32, `(rows, features)`, in the data's own units; NaN is a missing value.
        labels: int32, `(rows,)`, places in `classes`.
        splits: The rows of `train`, `validation` and `test`.
    """

    features: list[str]
    classes: list[str]
    values: np.ndarray
    labels: np.ndarray
    splits: dict[str, np.ndarray]

    def split(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Values and labels of a split."""
        rows = self.splits[name]
        return self.values[rows], self.labels[rows]

    def describe(self) -> dict:
        """What a run records of its data."""
        return {
            "features": self.features,
            "classes": self.classes,
            "rows": {name: len(rows) for name, rows in self.splits.items()},
            "fingerprints": {name: self._fingerprint(name) for name in self.splits},
        }

    def _fingerprint(self, name: str) -> str:
        names = "\0".join([*self.features, *self.classes])
        digest = hashlib.sha256(names.encode())
        for part in self.split(name):
            digest.update(part.tobytes())
        return digest.hexdigest()[:16]


def load_data(config: Config) -> Table:
    """Reads the table and divides its rows by chance, with each class in every split."""
    if config.data.source == "sample":
        sample = load_breast_cancer()
        features, values = sample.feature_names.tolist(), sample.data.astype("float32")
        names = sample.target_names[sample.target]
    else:
        features, values, names = read_rows(config)
    classes, labels = np.unique(names, return_inverse=True)
    if len(classes) < 2 or len(labels) < FEWEST_ROWS or np.bincount(labels).min() < 3:
        raise DataError(
            f"Too few rows: {len(labels)}, of {len(classes)} classes.",
            where=f"data.label = {config.data.label!r}",
            hint=f"Give {FEWEST_ROWS} rows or more, of two classes or more, three of each.",
        )
    splits = divide(labels, config)
    return Table(features, classes.tolist(), values, labels.astype("int32"), splits)


def read_rows(config: Config) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names and values of features, and the class of each row, from a file."""
    if not config.data.path:
        raise DataError("No file given.", where="data.path", hint="--set data.path=rows.csv")
    table = read_table(Path(config.data.path).expanduser())
    names = table.column(config.data.label, "data.label")
    table.refuse(names.isna(), "without a class", "Fill it in, or leave these rows out.")
    found = assemble_table(table, ignore=[config.data.label, *config.data.ignore])
    return found.names, found.values, names.astype(str).to_numpy("U")


def divide(labels: np.ndarray, config: Config) -> dict[str, np.ndarray]:
    """Row numbers of the three splits."""
    data = config.data
    rows, parts = np.arange(len(labels)), {}
    for name, share in (("test", data.test_fraction), ("validation", data.validation_fraction)):
        count = max(round(share * len(labels)), labels.max() + 1)
        rows, parts[name] = train_test_split(
            rows, test_size=int(count), stratify=labels[rows], random_state=data.split_seed
        )
    return {"train": np.sort(rows), **{name: np.sort(part) for name, part in parts.items()}}


def make_batches(
    config: Config, table: Table, batch_size: int, first_step: int = 0
) -> tuple[tf.data.Dataset, tf.data.Dataset]:
    """Endless shuffled training batches, and the validation rows once.

    Batch number n depends on the seed and on n alone, so `first_step` goes on where a run stopped.
    """
    with tf.device("CPU"):
        values, labels = (tf.constant(part) for part in table.split("train"))

    def batch(step):
        rows, _ = shuffled_places(step, batch_size, len(labels), config.train.seed)
        return tf.gather(values, rows), tf.gather(labels, rows)

    training = tf.data.Dataset.range(first_step, np.iinfo("int64").max // batch_size).map(
        batch, num_parallel_calls=PARALLEL
    )
    validation = tf.data.Dataset.from_tensor_slices(table.split("validation")).batch(batch_size)
    options = plain_options()
    return tuple(part.prefetch(2).with_options(options) for part in (training, validation))
