"""A table of times and numbers, made into series on a regular grid."""

import numpy as np
import pandas as pd

from dltemplates.data.calendar_features import Calendar
from dltemplates.data.grid_placing import GridPlacing, is_unsorted, largest_grid
from dltemplates.data.regular_grid import regular_grid
from dltemplates.data.series_columns import (
    SeriesColumns,
    long_series,
    long_value,
    static_features,
    wide_targets,
)
from dltemplates.data.series_gaps import check_series
from dltemplates.data.series_table import SeriesTable
from dltemplates.data.time_series import Covariates, TimeSeries
from dltemplates.data.timestamps import find_timestamps, read_timestamps
from dltemplates.errors import DataError


def assemble_series(
    table: SeriesTable,
    columns: SeriesColumns,
    *,
    frequency: str,
    missing_limit: float,
    calendar: Calendar,
) -> TimeSeries:
    """Reads times and numbers from `table` and brings them to a regular grid.

    Raises:
        DataError: Something in the table, or in what is asked of it, is wrong.
    """
    columns.check(table)
    taken = {name for _, name in columns.named()}
    stamp = find_timestamps(table, columns.timestamp, taken)
    columns = SeriesColumns(**{**vars(columns), "timestamp": stamp})
    table, columns, names, repairs = _layout(table, columns)
    times, more = read_timestamps(table, stamp)
    repairs += more
    series = np.zeros(len(table), "int64")
    if columns.is_long:
        series = names.get_indexer(table.frame[columns.series_id].astype(str)).astype("int64")
    _refuse_duplicates(table, times, series, columns)
    if is_unsorted(times, series):
        repairs.append("The rows were not in the order of time; they were sorted.")
    columns_kept = len(names) * (1 + len(columns.past) + len(columns.known))
    grid = regular_grid(times, frequency, largest=largest_grid(columns_kept), where=table.where)
    repairs += grid.repairs
    placing = GridPlacing(grid, series, len(names) if columns.is_long else 1)
    values = _values(table, columns, placing)
    length = int(np.flatnonzero(~np.isnan(values).all(axis=0)).max(initial=-1)) + 1
    values = np.ascontiguousarray(values[:, :length]) if length else values
    repairs += check_series(
        list(names), values, grid.times, missing_limit=missing_limit, where=table.where
    )
    if length < placing.rows and not columns.known:
        count = placing.rows - length
        repairs.append(f"The last {count:,} times have no value and are left out.")
    known, more = _known(table, columns, placing, values)
    static: np.ndarray | None = None
    static_names: list[str] = []
    if columns.static:
        static, static_names = static_features(table, columns, series, len(names))
    return TimeSeries(
        times=grid.times[: max(length, known.rows)],
        names=list(names),
        values=values,
        past=_past(table, columns, placing, length),
        known=known,
        calendar=calendar,
        static=static,
        static_names=static_names,
        repairs=repairs + more,
        where=table.where,
    )


def _layout(
    table: SeriesTable, columns: SeriesColumns
) -> tuple[SeriesTable, SeriesColumns, pd.Index, list[str]]:
    """The rows that count, the columns that mean something, and the names of the series."""
    if columns.is_long:
        columns, repairs = long_value(table, columns)
        table, names = long_series(table, columns)
        return table, columns, names, repairs
    columns, repairs = wide_targets(table, columns)
    return table, columns, pd.Index(columns.targets), repairs


def _refuse_duplicates(
    table: SeriesTable, times: pd.DatetimeIndex, series: np.ndarray, columns: SeriesColumns
) -> None:
    keys = pd.DataFrame({"series": series, "time": times})
    hint = "Keep one row for each time; a clock put back in autumn needs times in UTC."
    if not columns.is_long:
        hint += " If several series stand below each other, name their column: data.series_id."
    table.refuse(
        keys.duplicated().to_numpy(),
        f"with a time that {'their series' if columns.is_long else 'a row'} had before",
        hint,
        times,
    )


def _values(table: SeriesTable, columns: SeriesColumns, placing: GridPlacing) -> np.ndarray:
    if columns.is_long:
        return placing.place(table.numbers(columns.value, "data.value"))
    values = np.empty((len(columns.targets), placing.rows), "float32")
    for index, name in enumerate(columns.targets):
        values[index] = placing.place(table.numbers(name, "data.targets"))[0]
    return values


def _past(
    table: SeriesTable, columns: SeriesColumns, placing: GridPlacing, length: int
) -> Covariates:
    if not columns.past:
        return Covariates.none()
    placed = [placing.place(table.numbers(name, "data.past")) for name in columns.past]
    for name, values in zip(columns.past, placed, strict=True):
        if np.isnan(values[:, :length]).all():
            raise DataError(
                f"The covariate {name!r} has no value.",
                where=table.where,
                hint="Leave it out of data.past.",
            )
    return Covariates(list(columns.past), np.stack(placed, axis=-1)[:, :length])


def _known(
    table: SeriesTable, columns: SeriesColumns, placing: GridPlacing, values: np.ndarray
) -> tuple[Covariates, list[str]]:
    """Covariates known ahead, on every row up to where the first of them ends.

    A time that the table lacks takes the covariate's last value before it, or its first one; an
    empty cell between others is refused.
    """
    if not columns.known:
        return Covariates.none(), []
    length = values.shape[1]
    ends = _last(values) if columns.is_long else np.array([length])
    placed, filled, until = [], 0, placing.rows
    for name in columns.known:
        numbers = table.numbers(name, "data.known")
        lines = placing.place(numbers)
        last = _last(lines)
        empty = np.isnan(numbers) & (placing.grid.rows < last[placing.series])
        table.refuse(
            empty,
            f"without {name!r}, a covariate that must be known at all times",
            "Fill these cells in, or name the column in data.past.",
        )
        _check_end(table, placing, name, last, ends)
        inside = (np.arange(placing.rows) < last[:, None]) & (np.cumsum(~np.isnan(lines), 1) > 0)
        filled += int((np.isnan(lines) & inside).sum())
        until = min(until, int(last.min()))
        placed.append(pd.DataFrame(lines.T).ffill().bfill().to_numpy("float32").T)
    repairs = []
    if filled:
        repairs.append(
            f"{filled:,} values of covariates known ahead ({', '.join(columns.known)}), at times "
            "that the data lack, are the last before."
        )
    known = np.stack(placed, axis=-1)[:, : max(until, length)]
    return Covariates(list(columns.known), known), repairs


def _last(values: np.ndarray) -> np.ndarray:
    """The row after the last number of each series, 0 where there is none."""
    there = ~np.isnan(values)
    return np.where(there.any(axis=1), values.shape[1] - there[:, ::-1].argmax(axis=1), 0)


def _check_end(
    table: SeriesTable, placing: GridPlacing, name: str, last: np.ndarray, ends: np.ndarray
) -> None:
    """Refuses a covariate that ends before the series that it belongs to."""
    early = np.flatnonzero(last < ends)
    if not len(early):
        return
    times, index = placing.grid.times, int(early[0])
    what = f"ends at {times[last[index] - 1]}" if last[index] else "has no value"
    raise DataError(
        f"The covariate {name!r}, which data.known names, {what}, before the values do "
        f"({times[ends[index] - 1]}).",
        where=table.where,
        hint="Complete it, also for the times to be forecast, or name it in data.past.",
    )
