"""A table with a column of times: series to be forecast."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from dltemplates.data.calendar_features import Calendar
from dltemplates.data.series_assembly import assemble_series
from dltemplates.data.series_columns import SeriesColumns
from dltemplates.data.series_table import SeriesTable
from dltemplates.data.time_series import TimeSeries
from dltemplates.data.timestamps import read_timestamps
from dltemplates.errors import DataError
from dltemplates.inspection.column_roles import constant_columns, counters, series_id, value_column
from dltemplates.inspection.finding import Finding
from dltemplates.inspection.periodicity import Cycle, find_cycles, wanders
from dltemplates.inspection.words import few, share, step_words

MISSING_LIMIT = 0.2  # of a series: the template's default
_TRAINING = 0.6  # of the rows, with the templates' shares
_ANALYSED = 50  # series


@dataclass(frozen=True, kw_only=True)
class SeriesFinding(Finding):
    """Series on one grid of times.

    Attributes:
        columns: What the table's columns are.
        series: Their names.
        left_out: Columns that no series can be made of, and why.
        length: Rows of the grid.
        frequency: Its step, as pandas writes it.
        first, last: Its ends.
        missing: Share of values that are missing on the grid.
        cycles: Cycles that most series have.
        wandering: Share of the series whose level does not stay.
    """

    columns: SeriesColumns
    series: list[str]
    left_out: dict[str, str]
    length: int
    frequency: str
    first: str
    last: str
    missing: float
    cycles: list[Cycle]
    wandering: float

    def title(self) -> str:
        plural = "series" if len(self.series) > 1 else "a single series"
        count = f"{len(self.series):,} " if len(self.series) > 1 else ""
        return f"{count}{plural} of {self.length:,} times, one each {step_words(self.frequency)}"

    def rows(self) -> list[tuple[str, str]]:
        cycles = [
            f"{c.name or 'cycle'} of {c.rows:,} rows ({c.correlation:.2f})" for c in self.cycles
        ]
        columns = [("left out", few([f"{n}: {w}" for n, w in self.left_out.items()], 4))]
        level = (
            "stays" if not self.wandering else f"wanders in {share(self.wandering)} of the series"
        )
        return [
            ("times", f"{self.columns.timestamp}, {self.first} to {self.last}"),
            ("series", few(self.series, 8)),
            *(columns if self.left_out else []),
            ("missing", share(self.missing)),
            ("seasons", ", ".join(cycles) or "none stands out of the autocorrelation"),
            ("level", f"{level} (KPSS)"),
        ]


def read_series_table(table: SeriesTable, path: Path, timestamp: str, part: float) -> SeriesFinding:
    """Reads the series of a table as training would.

    Raises:
        DataError: Training would refuse them, whatever columns were named.
    """
    columns, left_out = _columns(table, timestamp)
    series = _assembled(table, columns, 1.0)
    good = _usable(series, left_out)
    if not good:  # as training would say it
        series = _assembled(table, columns, MISSING_LIMIT)
    if good and len(good) < len(series.names):
        columns = SeriesColumns(**{**vars(columns), "targets": tuple(good)})
        series = _assembled(table, columns, MISSING_LIMIT)
    looked_at = series.values[:: max(1, len(series.names) // _ANALYSED)]
    drift = [wanders(line) for line in looked_at]
    return SeriesFinding(
        kind="series",
        path=path,
        columns=columns,
        series=series.names,
        left_out=left_out,
        length=series.length,
        frequency=series.frequency,
        first=str(series.times[0]),
        last=str(series.times[series.length - 1]),
        missing=round(float(np.isnan(series.values).mean()), 4),
        cycles=find_cycles(looked_at, series.frequency),
        wandering=round(float(np.mean(drift)), 3),
        part=part,
        concerns=tuple(series.repairs),
    )


def _columns(table: SeriesTable, timestamp: str) -> tuple[SeriesColumns, dict[str, str]]:
    """What the columns are, and those that can be no series."""
    times, _ = read_timestamps(table, timestamp)
    others = [name for name in table.columns if name != timestamp]
    left_out = {name: "text" for name in others if table.is_text(name)}
    if times.has_duplicates:
        return _long_columns(table, times, timestamp, left_out), left_out
    left_out |= counters(table, others)
    left_out |= dict.fromkeys(
        (name for name in constant_columns(table, others) if name not in left_out),
        "never changes",
    )
    numbers = [name for name in others if name not in left_out]
    known = _known(table, numbers)
    targets = [name for name in numbers if name not in known]
    if not targets:
        raise DataError(
            "It has times, but no column of numbers that change.",
            where=table.where,
            hint="A series needs a number for each time.",
        )
    usual = len(left_out) == sum(why == "text" for why in left_out.values())
    named = () if usual and not known else tuple(targets)
    return SeriesColumns(timestamp, targets=named, known=tuple(known)), left_out


def _long_columns(
    table: SeriesTable, times: pd.DatetimeIndex, timestamp: str, left_out: dict[str, str]
) -> SeriesColumns:
    identity = series_id(table, times, timestamp)
    if not identity:
        count = int(times.duplicated().sum())
        raise DataError(
            f"{count:,} rows have a time that another row has, and no column tells series apart.",
            where=table.where,
            hint="Keep one row for each time, or add a column that names the series.",
        )
    left_out.pop(identity, None)
    numbers = [name for name in table.columns if name not in (timestamp, identity, *left_out)]
    if not numbers:
        raise DataError(
            "It has times and names of series, but no column of numbers.",
            where=table.where,
            hint="Add a column of values.",
        )
    value = value_column(numbers)
    past = tuple(name for name in numbers if name != value)
    chosen = value if past else ""
    return SeriesColumns(timestamp, series_id=identity, value=chosen, past=past)


def _known(table: SeriesTable, numbers: list[str]) -> list[str]:
    """Columns that go on where others have ended: what is known ahead of time."""
    ends = {name: int(table.frame[name].notna().to_numpy().nonzero()[0].max()) for name in numbers}
    if not ends or min(ends.values()) == len(table) - 1:
        return []
    later = [name for name, end in ends.items() if end == len(table) - 1]
    whole = [name for name in later if table.frame[name].notna().all()]
    return whole if whole == later and len(later) < len(numbers) else []


def _assembled(table: SeriesTable, columns: SeriesColumns, missing_limit: float) -> TimeSeries:
    return assemble_series(
        table, columns, frequency="auto", missing_limit=missing_limit, calendar=Calendar()
    )


def _usable(series: TimeSeries, left_out: dict[str, str]) -> list[str]:
    """The series that training would take; notes why it would not the others."""
    there = ~np.isnan(series.values)
    training = round(_TRAINING * series.length)
    good = []
    for name, line in zip(series.names, there, strict=True):
        places = np.flatnonzero(line)
        inside = line[places[0] : places[-1] + 1] if len(places) else line
        if not line[:training].any():
            left_out[name] = "no value in the first part, which training sees"
        elif 1 - inside.mean() > MISSING_LIMIT:
            left_out[name] = f"{share(1 - inside.mean())} of its values are missing"
        else:
            good.append(name)
    return good
