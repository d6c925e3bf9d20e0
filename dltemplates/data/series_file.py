"""Series from a CSV or Parquet file."""

import os
from collections.abc import Sequence
from pathlib import Path

from dltemplates.data.calendar_features import Calendar
from dltemplates.data.series_assembly import assemble_series
from dltemplates.data.series_columns import SeriesColumns
from dltemplates.data.series_table_file import read_table
from dltemplates.data.time_series import TimeSeries


def read_series(
    path: str | Path,
    *,
    timestamp: str = "",
    targets: Sequence[str] = (),
    past: Sequence[str] = (),
    known: Sequence[str] = (),
    static: Sequence[str] = (),
    series_id: str = "",
    value: str = "",
    frequency: str = "auto",
    missing_limit: float = 0.2,
    calendar: Sequence[str] = (),
) -> TimeSeries:
    """Reads the series in `path`, wide (a column a series) or, with `series_id`, long.

    Rows at the end that have known covariates and no value are the future.

    Args:
        path: A CSV file with a line of names, or a Parquet file.
        timestamp: See `SeriesColumns`, as for the six that follow.
        targets: The series to forecast; none: all.
        past: Covariates unknown ahead.
        known: Covariates known ahead.
        static: What stays the same of a series.
        series_id: The column that makes a table long.
        value: The values of a long table.
        frequency: Of the grid; see `regular_grid`.
        missing_limit: Largest share of a series, from its first to its last value, that may be
            missing.
        calendar: Features of the times themselves; see `Calendar`.

    Raises:
        DataError: The file, or a column or row of it, cannot be used.
    """
    columns = SeriesColumns(
        timestamp, tuple(targets), tuple(past), tuple(known), tuple(static), series_id, value
    )
    return assemble_series(
        read_table(Path(os.path.expanduser(path))),
        columns,
        frequency=frequency,
        missing_limit=missing_limit,
        calendar=Calendar(tuple(calendar)),
    )
