"""A log of sensors however long, some rows of its grid at a time."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset

from dltemplates.data.grid_placing import GridPlacing
from dltemplates.data.number_stream import TablePart, stream_table
from dltemplates.data.regular_grid import EvenGrid, RegularGrid, even_grid
from dltemplates.data.sensor_log_table import NO_TIMES
from dltemplates.data.series_table import SeriesTable
from dltemplates.data.text_rows import PARQUET_SUFFIXES
from dltemplates.data.timestamps import find_timestamps, parse_timestamps
from dltemplates.errors import DataError

_LONGEST_GAP = 10_000_000  # rows of the grid


@dataclass(frozen=True)
class LogPart:
    """Rows of a grid that follow those of the part before.

    Attributes:
        first: Where the first of them is on the grid, from 0.
        times: Their times.
        values: float32, `(rows, sensors)`, NaN where missing.
        faults: What is wrong with rows of the file that could not be read, and the place on the
            grid of the last good row before each, -1 where there is none.
    """

    first: int
    times: pd.DatetimeIndex
    values: np.ndarray
    faults: list[tuple[int, str]]


@dataclass(frozen=True)
class LogColumns:
    """Where the times and values of a log are.

    Attributes:
        sensors: The columns of sensors.
        timestamp: That of times; empty: the one that must be meant; `none`: there is none.
        others: Columns that are neither.
        frequency: Of the grid; see `regular_grid`.
    """

    sensors: Sequence[str]
    timestamp: str = ""
    others: Collection[str] = ()
    frequency: str = "auto"


def stream_log(path: Path, columns: LogColumns, frequency: str, size: int) -> Iterator[LogPart]:
    """The rows of a log on its grid, `size` at a time, the last part shorter.

    The grid is that of the first rows, see `even_grid`; where several rows meet in one of it, their
    mean is taken. A row with a fault counts as missing.

    Args:
        path: A CSV, JSON lines or Parquet file, in the order of time.
        columns: What is where in it.
        frequency: What the grid's must be; empty: any.
        size: Rows of a part.

    Raises:
        DataError: The file cannot be read, is not in order, or its frequency is another or of
            months or working days.
    """
    placed = _Placed(path, columns, frequency)
    start = 0
    for part in stream_table(path, size):
        placed.add(part)
        while placed.length > start + size:  # a later row is there, so this part has all of its own
            yield placed.take(start, start + size)
            start += size
    while start < placed.length or placed.faults:
        stop = max(start, min(start + size, placed.length))
        yield placed.take(start, stop)
        start = stop


class _Placed:
    """Rows that have their place on the grid and were not taken yet."""

    def __init__(self, path: Path, columns: LogColumns, frequency: str) -> None:
        self._path, self._columns, self._frequency = path, columns, frequency
        self._stamp = columns.timestamp
        self._grid: EvenGrid | None = None
        self._origin = 0
        self._zone: object = None
        self._last: pd.Timestamp | None = None
        self._rows = np.zeros(0, "int64")
        self._values = np.zeros((0, len(columns.sensors)))
        self.length = 0
        self.faults: list[tuple[int, str]] = []

    def add(self, part: TablePart) -> None:
        """Places the rows of a part."""
        if not len(part.frame):
            return
        table = self._table(part.frame)
        values, faults = part.numbers(self._columns.sensors)
        if self._columns.timestamp == NO_TIMES:
            rows = self.length + np.arange(len(part.frame))
            good = ~part.frame.index.isin(list(faults))
        else:
            times = self._times(table, faults)
            good = ~part.frame.index.isin(list(faults))
            rows = np.full(len(times), -1)
            if good.any():
                rows[good] = self._positions(table, times, good)
        before = np.maximum.accumulate(np.where(good, rows, self.length - 1))
        for place in np.flatnonzero(~good).tolist():
            index = int(part.frame.index[place])
            self.faults.append((int(before[place]), f"{table.place(place)}, {faults[index]}"))
        self._rows = np.concatenate([self._rows, rows[good]])
        self._values = np.concatenate([self._values, values[good]])
        if self._columns.timestamp == NO_TIMES:
            self.length += len(rows)
        elif good.any():
            self.length = int(rows[good][-1]) + 1

    def take(self, start: int, stop: int) -> LogPart:
        """Takes the rows of the grid from `start` up to `stop`."""
        mine = self._rows < stop
        times = self._grid_times(start, stop)
        grid = RegularGrid(times, self._rows[mine] - start, [])
        placing = GridPlacing(grid, np.zeros(int(mine.sum()), "int64"), 1)
        lines = [placing.place(column)[0] for column in self._values[mine].T]
        values = np.stack(lines, axis=1) if stop > start else np.zeros((0, len(lines)), "float32")
        faults = [fault for fault in self.faults if fault[0] < stop]
        self.faults = [fault for fault in self.faults if fault[0] >= stop]
        self._rows, self._values = self._rows[~mine], self._values[~mine]
        return LogPart(start, times, values, faults)

    def _table(self, frame: pd.DataFrame) -> SeriesTable:
        parquet = self._path.suffix.lower() in PARQUET_SUFFIXES
        table = SeriesTable(frame, str(self._path), *(("row", 1) if parquet else ("line", 2)))
        if not self._stamp:
            taken = {*self._columns.sensors, *self._columns.others}
            self._stamp = find_timestamps(table, "", taken)
        return table

    def _times(self, table: SeriesTable, faults: dict[int, str]) -> pd.DatetimeIndex:
        """The times of rows; where there is none to be read, `faults` says so."""
        column = table.column(self._stamp, "data.timestamp")
        times, _ = parse_timestamps(table, self._stamp)
        for place in np.flatnonzero(times.isna()):
            text = str(column.iloc[place])[:40]
            faults.setdefault(int(table.frame.index[place]), f"{text!r} is no readable time")
        return times

    def _positions(
        self, table: SeriesTable, times: pd.DatetimeIndex, good: np.ndarray
    ) -> np.ndarray:
        """Where on the grid the good rows are."""
        times = times[good]
        plain = times.tz_localize(None)
        if self._grid is None:
            self._grid = self._found_grid(plain)
            self._zone = times.tz
            self._origin = int(self._grid.positions(plain[:1])[0])
        if str(times.tz) != str(self._zone):
            raise DataError(
                "Some times have a time zone, some have none.",
                where=self._path,
                hint="Write all of them in one time zone.",
            )
        behind = plain if self._last is None else plain.insert(0, self._last)
        wrong = np.flatnonzero(np.diff(behind.asi8) <= 0)
        if len(wrong):
            place = int(np.flatnonzero(good)[wrong[0] + (self._last is None)])
            raise DataError(
                f"The time in {table.place(place)} is not after the one before.",
                where=self._path,
                hint="Sort the rows by time and keep one for each; or judge the file as a whole: "
                "name a folder with --to.",
            )
        self._last = plain[-1]
        rows = self._grid.positions(plain) - self._origin
        gap = int(np.diff(rows, prepend=self.length - 1).max())
        if gap > _LONGEST_GAP:
            raise DataError(
                f"{gap:,} rows are missing before one time.",
                where=self._path,
                hint="Correct this time, or judge what is before and after it by itself.",
            )
        return rows

    def _found_grid(self, times: pd.DatetimeIndex) -> EvenGrid:
        where = str(self._path)
        grid = even_grid(times, self._columns.frequency, where=where)
        name = grid.frequency if grid is not None else self._frequency
        if self._frequency and to_offset(self._frequency) != to_offset(name):
            raise DataError(
                f"The frequency is {name}; the detector was trained on {self._frequency}.",
                where=where,
                hint=f"Give rows of the frequency {self._frequency}, as in training.",
            )
        if grid is None:
            raise DataError(
                "Its rows are months or working days apart, which are not read piece by piece.",
                where=where,
                hint="Judge the file as a whole: name a folder with --to.",
            )
        return grid

    def _grid_times(self, start: int, stop: int) -> pd.DatetimeIndex:
        step, phase = 1_000_000, 0  # rows without times count as seconds
        if self._grid is not None:
            step, phase = self._grid.step, self._grid.phase + self._origin * self._grid.step
        micros = phase + step * np.arange(start, stop, dtype="int64")
        return pd.DatetimeIndex(micros.view("datetime64[us]")).tz_localize(self._zone)
