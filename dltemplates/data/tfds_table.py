"""Tables from TensorFlow Datasets."""

from typing import Any

import numpy as np
import pandas as pd

from dltemplates.data.series_table import SeriesTable
from dltemplates.data.tfds_builder import open_builder, prepare
from dltemplates.errors import DataError
from dltemplates.machine.storage import available_memory

COUNTED = "series"  # the column that counts examples which are whole series
_MEMORY_SHARE = 0.25
_BATCH = 4096
_ORDER = ("train", "validation", "test")


def tfds_table(
    name: str,
    data_dir: str | None = None,
    *,
    example: str,
    timestamp: str = "",
    frequency: str = "auto",
) -> tuple[SeriesTable, bool]:
    """Loads the data set `name`, downloading and preparing it first where that is needed.

    Its examples are rows; or whole series, in sequences of one length. All its splits are taken
    together.

    Args:
        name: A TensorFlow Datasets name, optionally with config and version.
        data_dir: Where prepared data sets lie; None for TensorFlow Datasets' own default.
        example: A name that would do, for whoever gave none.
        timestamp: The feature of the times. Of whole series it may be the time of the first value,
            if `frequency` is given.
        frequency: The step from there on.

    Returns:
        The table, and whether examples are whole series, which its column `COUNTED` counts.

    Raises:
        DataError: No such data set, it is not prepared and cannot be downloaded, or its features
            are no series.
    """
    builder = open_builder(name, data_dir, example=example)
    features = builder.info.features
    shapes = {key: features[key].shape for key in _ordered(features)}
    scalars = [key for key, shape in shapes.items() if shape == ()]
    sequences = [
        key for key, shape in shapes.items() if isinstance(shape, tuple) and len(shape) == 1
    ]
    if not scalars and not sequences:
        raise DataError(
            f"None of its features ({', '.join(shapes)}) is a number or a sequence of numbers.",
            where=name,
            hint="Choose a data set of rows, or of whole series.",
        )
    prepare(builder, name)
    _check_size(builder, name)
    if not sequences:
        frame = _rows(builder, scalars)
    else:
        frame = _whole_series(builder, scalars, sequences, name)
        if timestamp in scalars:
            frame[timestamp] = _counted_on(frame, timestamp, frequency, name)
    return SeriesTable(frame, builder.info.full_name), bool(sequences)


def tfds_rows(name: str, data_dir: str | None = None, *, example: str) -> SeriesTable:
    """Loads the data set `name` likewise, of which every example is a row.

    A feature that is a vector makes a column of each of its numbers, such as `sensors[3]`.

    Raises:
        DataError: No such data set, it is not prepared and cannot be downloaded, or its examples
            are no rows.
    """
    builder = open_builder(name, data_dir, example=example)
    features = builder.info.features
    wrong = [key for key in _ordered(features) if not _is_flat(features[key].shape)]
    if wrong:
        raise DataError(
            f"Its feature {wrong[0]!r} is no number and no vector of a fixed length.",
            where=name,
            hint="Choose a data set of rows, or write the rows that you need to a CSV file.",
        )
    prepare(builder, name)
    _check_size(builder, name)
    return SeriesTable(_rows(builder, _ordered(features)), builder.info.full_name)


def _ordered(features: Any) -> list[str]:
    """Their names sorted: TensorFlow Datasets keeps them in no order of its own."""
    return sorted(features.keys())


def _is_flat(shape: Any) -> bool:
    return shape == () or (isinstance(shape, tuple) and len(shape) == 1 and bool(shape[0]))


def _check_size(builder: Any, name: str) -> None:
    needed = sum(split.num_bytes for split in builder.info.splits.values())
    if needed > _MEMORY_SHARE * available_memory():
        raise DataError(
            f"Its {needed / 2**30:.1f} GiB do not fit in memory.",
            where=name,
            hint="Write the series that you need to a Parquet file and use data.source=path.",
        )


def _splits(builder: Any) -> list[str]:
    """Its splits, in the order of time as far as names tell."""
    names = list(builder.info.splits)
    return sorted(names, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))


def _rows(builder: Any, keys: list[str]) -> pd.DataFrame:
    """A table of examples that are a row each."""
    import tensorflow_datasets as tfds

    parts = []
    for split in _splits(builder):
        for batch in tfds.as_numpy(builder.as_dataset(split=split).batch(_BATCH)):
            columns: dict[str, Any] = {}
            for key in keys:
                columns |= _columns(key, batch[key])
            parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def _columns(key: str, values: np.ndarray) -> dict[str, Any]:
    """A column of numbers or text, or one for each number of vectors."""
    if values.ndim == 1:
        return {key: _readable(values)}
    return {f"{key}[{place}]": values[:, place] for place in range(values.shape[1])}


def _whole_series(
    builder: Any, scalars: list[str], sequences: list[str], name: str
) -> pd.DataFrame:
    """A long table of examples that are a series each."""
    import tensorflow_datasets as tfds

    parts: list[pd.DataFrame] = []
    for split in _splits(builder):
        for example in tfds.as_numpy(builder.as_dataset(split=split)):
            lengths = {key: len(example[key]) for key in sequences}
            if len(set(lengths.values())) > 1:
                raise DataError(
                    f"The sequences of example {len(parts)} are not of one length: "
                    f"{', '.join(f'{key} {length:,}' for key, length in lengths.items())}.",
                    where=name,
                    hint="Choose a data set whose sequences go together.",
                )
            rows = max(lengths.values())
            part = {key: _readable(np.atleast_1d(example[key])) for key in sequences}
            part |= {key: _readable(np.full(rows, example[key])) for key in scalars}
            parts.append(pd.DataFrame({**part, COUNTED: str(len(parts))}))
    return pd.concat(parts, ignore_index=True)


def _readable(values: np.ndarray) -> Any:
    """Bytes as text, in which an empty one is missing; numbers as they are."""
    if values.dtype.kind not in "OS":
        return values
    text = (
        value.decode("utf-8", "replace") if isinstance(value, bytes) else value for value in values
    )
    return [value or None for value in text]


def _counted_on(frame: pd.DataFrame, timestamp: str, frequency: str, name: str) -> pd.Series:
    """The times of whole series of which the first is given."""
    if frequency == "auto":
        raise DataError(
            f"{timestamp!r} is only the first time of a series, so the step must be given.",
            where=name,
            hint="Set data.frequency, for instance to h or D.",
        )
    parts = []
    for _, group in frame.groupby(COUNTED)[timestamp]:
        try:
            times = pd.date_range(group.iloc[0], periods=len(group), freq=frequency)
        except ValueError as error:
            raise DataError(
                f"Its times cannot be counted on from {group.iloc[0]!r}: {error}",
                where=name,
                hint="Check data.frequency, for instance h or D.",
            ) from None
        parts.append(pd.Series(times, group.index))
    return pd.concat(parts).reindex(frame.index)
