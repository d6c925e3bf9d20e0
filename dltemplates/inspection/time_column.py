"""The column of times of a table, and whether its rows follow each other in time."""

from dltemplates.data.regular_grid import regular_grid
from dltemplates.data.series_table import SeriesTable
from dltemplates.data.timestamps import find_timestamps, parse_timestamps
from dltemplates.errors import DataError
from dltemplates.inspection.column_roles import series_id

_REGULAR = 0.5  # of the times that a step makes are there


def find_times(table: SeriesTable) -> str:
    """The column of times, if there is one and most of it can be read; else empty."""
    try:
        name = find_timestamps(table, "", set())
    except DataError:
        return ""
    times, _ = parse_timestamps(table, name)
    distinct = times.nunique()
    return name if times.isna().mean() < 0.5 and distinct > max(1, 0.01 * len(times)) else ""


def follows_in_time(table: SeriesTable, timestamp: str) -> bool:
    """Whether times keep a step, or tables of them that some column tells apart do."""
    times, _ = parse_timestamps(table, timestamp)
    if times.has_duplicates:
        return bool(series_id(table, times, timestamp))
    try:
        grid = regular_grid(times.dropna(), "auto", largest=1000 * len(times), where=table.where)
    except DataError:
        return False
    return len(times) >= _REGULAR * len(grid.times)
