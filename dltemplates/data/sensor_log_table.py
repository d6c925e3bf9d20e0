"""A table of times and sensors, made into a log on a regular grid."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dltemplates.data.grid_placing import GridPlacing, is_unsorted, largest_grid
from dltemplates.data.number_columns import number_columns
from dltemplates.data.regular_grid import regular_grid
from dltemplates.data.row_labels import read_labels
from dltemplates.data.sensor_log import SensorLog
from dltemplates.data.series_gaps import check_gaps
from dltemplates.data.series_table import SeriesTable
from dltemplates.data.time_series import TimeSeries
from dltemplates.data.timestamps import find_timestamps, read_timestamps
from dltemplates.errors import DataError

NO_TIMES = "none"
_SHOWN = 5


def assemble_log(
    table: SeriesTable,
    *,
    timestamp: str = "",
    sensors: Sequence[str] = (),
    label: str = "",
    ignore: Sequence[str] = (),
    frequency: str = "auto",
    missing_limit: float = 0.2,
) -> SensorLog:
    """Reads times, sensors and labels from `table` and brings them to a regular grid.

    Where several rows meet in one of the grid, their mean is taken, and it is an anomaly if any of
    them is. A row of the grid that the table lacks is missing; it is an anomaly between two that
    are.

    Args:
        table: The table.
        timestamp: The column of times; empty: the one that must be meant; `none`: there is none,
            and rows are counted as seconds.
        sensors: Columns of sensors; none: all of numbers that are nothing else.
        label: The column of labels; empty: there is none.
        ignore: Columns to leave out.
        frequency: Of the grid; see `regular_grid`.
        missing_limit: Largest share of a sensor, from its first to its last value, that may be
            missing; 1: also sensors without any value, as suits a log that is only judged.

    Raises:
        DataError: Something in the table, or in what is asked of it, is wrong.
    """
    others = {"data.label": [label] if label else [], "data.ignore": list(ignore)}
    if timestamp == NO_TIMES:
        times = pd.date_range("1970-01-01", periods=len(table), freq="s", unit="us")
        repairs = ["There is no column of times: rows are counted as seconds since 1970."]
        frequency = "s"
    else:
        taken = {*sensors, *ignore, label}
        others["data.timestamp"] = [find_timestamps(table, timestamp, taken)]
        times, repairs = read_timestamps(table, others["data.timestamp"][0])
        _refuse_duplicates(table, times)
    names, more = _sensors(table, sensors, others)
    repairs += more
    labels: np.ndarray | None = None
    if label:
        labels, more = read_labels(table, label)
        repairs += more
    one = np.zeros(len(table), "int64")
    if is_unsorted(times, one):
        repairs.append("The rows were not in the order of time; they were sorted.")
    largest = largest_grid(len(names) + 1)
    grid = regular_grid(times, frequency, largest=largest, where=table.where)
    placing = GridPlacing(grid, one, 1)
    values = np.concatenate([placing.place(table.numbers(name, "data.sensors")) for name in names])
    if labels is not None:
        labels = _placed_labels(labels, placing)
    repairs += grid.repairs
    repairs += _gaps(names, values, grid.times, missing_limit, table.where)
    series = TimeSeries(grid.times, names, values, repairs=repairs, where=table.where)
    return SensorLog(series, labels, timed=timestamp != NO_TIMES)


def _sensors(
    table: SeriesTable, sensors: Sequence[str], others: dict[str, list[str]]
) -> tuple[list[str], list[str]]:
    """The columns of sensors; those of text are left out where nobody named them."""
    names = number_columns(table, sensors, "data.sensors", others)
    text = [] if sensors else [name for name in names if table.is_text(name)]
    names = [name for name in names if name not in text]
    if not names:
        raise DataError(
            "No column of numbers is left to watch.",
            where=table.where,
            hint="Name the sensors with data.sensors, and check data.label and data.ignore.",
        )
    return names, [f"Left out, since they hold text: {', '.join(map(repr, text))}."] * bool(text)


def _refuse_duplicates(table: SeriesTable, times: pd.DatetimeIndex) -> None:
    table.refuse(
        times.duplicated(),
        "with a time that a row had before",
        "Keep one row for each time; a clock put back in autumn needs times in UTC.",
        times,
    )


def _placed_labels(labels: np.ndarray, placing: GridPlacing) -> np.ndarray:
    """Labels on the grid; a hole in an anomaly would make two of it."""
    placed = pd.Series(placing.place(labels.astype("float64"))[0])
    return ((placed.ffill() > 0) & (placed.bfill() > 0)).to_numpy("int8")


def _gaps(
    names: list[str],
    values: np.ndarray,
    times: pd.DatetimeIndex,
    missing_limit: float,
    where: str,
) -> list[str]:
    observed = ~np.isnan(values)
    empty = [name for name, line in zip(names, observed, strict=True) if not line.any()]
    if empty and (missing_limit < 1.0 or len(empty) == len(names)):
        more = f" and {len(empty) - _SHOWN:,} more" if len(empty) > _SHOWN else ""
        raise DataError(
            f"Without a single value: {', '.join(empty[:_SHOWN])}{more}.",
            where=where,
            hint="Leave them out with data.ignore, or name the other sensors with data.sensors.",
        )
    return check_gaps(
        names, observed, times, missing_limit=missing_limit, where=where, noun="sensor"
    )
