"""Sensor logs from any source."""

import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dltemplates.data.sample_settings import refuse_settings
from dltemplates.data.sensor_log import SensorLog
from dltemplates.data.sensor_log_table import NO_TIMES, assemble_log
from dltemplates.data.sensor_sample import sensor_sample
from dltemplates.data.series_table import SeriesTable
from dltemplates.data.series_table_file import read_table
from dltemplates.data.tfds_table import COUNTED, tfds_table
from dltemplates.errors import DataError

log = logging.getLogger(__name__)

_SHOWN = 5


def load_sensor_log(
    source: str,
    *,
    path: str = "",
    name: str = "",
    data_dir: str = "",
    timestamp: str = "",
    sensors: Sequence[str] = (),
    label: str = "",
    ignore: Sequence[str] = (),
    frequency: str = "auto",
    missing_limit: float = 0.2,
) -> SensorLog:
    """Reads a log and brings it to one regular grid of times.

    Args:
        source: `sample`, `path` or `tfds`.
        path: For `path`: a CSV or Parquet file.
        name: For `tfds`: the data set's name. Its examples are rows, or it has one whole series.
        data_dir: For `tfds`: where prepared data sets lie; empty for the default.
        timestamp: This and what follows: see `dltemplates.data.sensor_log_table.assemble_log`. The
            sample has its own columns, so naming some for it is refused.
        sensors: See there.
        label: See there.
        ignore: See there.
        frequency: See there.
        missing_limit: See there.

    Raises:
        DataError: The log is not there, or cannot be used.
    """
    if source == "path" and not path:
        raise DataError(
            "No path given.",
            where="data.path",
            hint="Point it at a CSV or Parquet file: --set data.path=log.csv",
        )
    if path and source != "path":
        log.warning("data.path is not used: data.source is %r, not 'path'.", source)
    if source == "sample":
        found = sensor_sample()
        refuse_settings(found.series.names, "data.sensors", sensors, label, ignore)
        _tell(found)
        return found
    if source == "path":
        table = read_table(Path(os.path.expanduser(path)))
    else:
        table = _one_series(name, data_dir, timestamp, frequency)
    found = assemble_log(
        table,
        timestamp=timestamp,
        sensors=sensors,
        label=label,
        ignore=ignore,
        frequency=frequency,
        missing_limit=missing_limit,
    )
    _tell(found)
    return found


def _one_series(name: str, data_dir: str, timestamp: str, frequency: str) -> SeriesTable:
    """A data set of rows, or of a single whole series."""
    table, whole = tfds_table(
        name, data_dir, timestamp=timestamp, frequency=frequency, example="my_company_pumps"
    )
    if not whole and timestamp == NO_TIMES:
        raise DataError(
            "Its rows have no times, and TensorFlow Datasets keeps rows in an order of its own.",
            where=table.where,
            hint="Name the times with data.timestamp, or use a CSV file and data.source=path.",
        )
    if not whole:
        return table
    count = table.frame[COUNTED].nunique()
    if count > 1:
        raise DataError(
            f"It has {count:,} series of their own; a log is a single one.",
            where=table.where,
            hint="Write the one that you need to a CSV file and use data.source=path.",
        )
    return replace(table, frame=table.frame.drop(columns=COUNTED))


def _tell(found: SensorLog) -> None:
    """Says what was read, and what was done to it."""
    series = found.series
    names = ", ".join(series.names[:_SHOWN]) + (", …" if len(series.names) > _SHOWN else "")
    labels = "no labels"
    if found.labels is not None:
        labels = f"{int(found.labels.sum()):,} labelled as anomalies"
    log.info(
        "%s: %s sensors (%s), %s rows from %s to %s, frequency %s, %s",
        series.where,
        f"{len(series.names):,}",
        names,
        f"{series.length:,}",
        series.times[0],
        series.times[-1],
        series.frequency,
        labels,
    )
    for repair in series.repairs[:_SHOWN]:
        log.info("  %s", repair)
