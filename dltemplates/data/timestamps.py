"""Times as people write them, made into times."""

import re
import warnings

import numpy as np
import pandas as pd

from dltemplates.data.series_table import SeriesTable
from dltemplates.errors import DataError

_NAMES = ("timestamp", "datetime", "date", "time", "ds")
_LOOKED_AT = 20
_OFFSET = r":\d{2}(?:[.,]\d+)?\s*(Z|[+-]\d{2}(?::?\d{2})?)$"
_KOREAN = r"^(\d{4})\s*[년.]\s*(\d{1,2})\s*[월.]\s*(\d{1,2})\s*[일.]?"
_CLOCK = r"^\d{1,2}:\d{2}(?::\d{2})?$"  # a time of day without its day
_TWELVE_HOURS = r"\s*(오전|오후)?\s*\b(\d{1,2})(:\d{2}(?::\d{2})?)\s*([AaPp])?\.?(?(4)[Mm]\.?)$"
_HOUR = 60  # minutes
_YEARS = (1_500, 2_300)
_DAYS = (15_000_101, 23_001_231)  # such as 20240301
_UNITS = {"s": (1e8, 1e11), "ms": (1e11, 1e14), "us": (1e14, 1e17), "ns": (1e17, 1e19)}


def find_timestamps(table: SeriesTable, name: str, taken: set[str]) -> str:
    """The name of the column of times: `name`, or the one that must be meant.

    That is the only readable one called `timestamp`, `datetime`, `date`, `time` or `ds`, else the
    first column of the table. Where none is readable, it is the only one of these names.

    Args:
        table: The table.
        name: Its name, if it is known.
        taken: Columns that are something else.

    Raises:
        DataError: There is no such column, or none or several that it could be.
    """
    if name:
        table.column(name, "data.timestamp")
        return name
    free = [column for column in table.columns if column not in taken]
    readable = [column for column in free if _is_readable(table, column)]
    named = [column for column in readable if column.lower() in _NAMES]
    first = [column for column in readable[:1] if column == free[0]]
    found = named or first or [column for column in free if column.lower() in _NAMES]
    if len(found) == 1:
        return found[0]
    problem = f"Several columns may be its times: {', '.join(found)}"
    if not found:
        problem = f"No column of times is to be found; the columns are: {', '.join(table.columns)}"
    raise DataError(
        f"{problem}.",
        where=table.where,
        hint="Name it with data.timestamp; it holds times such as 2024-03-01 14:00.",
    )


def read_timestamps(table: SeriesTable, name: str) -> tuple[pd.DatetimeIndex, list[str]]:
    """The times in the column `name`, and what was decided in reading them.

    Numbers are years, dates such as 20240301, or seconds (or milli-, micro-, nanoseconds) since
    1970. Times with an offset from UTC are brought to UTC.

    Raises:
        DataError: A time cannot be read, or they are of several time zones.
    """
    index, repairs = parse_timestamps(table, name)
    table.refuse(
        index.isna(),
        f"without a readable time in column {name!r}",
        "Write times such as 2024-03-01 14:00, or remove these rows.",
        table.frame[name],
    )
    return index, repairs


def parse_timestamps(table: SeriesTable, name: str) -> tuple[pd.DatetimeIndex, list[str]]:
    """The same as `read_timestamps`, with NaT for what cannot be read.

    Raises:
        DataError: The times are of several time zones.
    """
    column = table.frame[name]
    repairs: list[str] = []
    if pd.api.types.is_datetime64_any_dtype(column):
        times = column
    elif pd.api.types.is_numeric_dtype(column):
        times = _from_numbers(column)
    elif (iso := _plain_iso(column)) is not None:
        times = iso
    else:
        codes, texts = pd.factorize(column)  # the rows of long tables share their times
        text = _plain(pd.Series(texts))
        zone = _zone(table, text, codes)
        times, repairs = _from_text(text, utc=bool(zone))
        times = times.reindex(codes)
        repairs += zone
    index = pd.DatetimeIndex(times)
    if index.tz is not None and str(index.tz) != "UTC":
        repairs.append(f"Times are kept in UTC; the source has them in {index.tz}.")
        index = index.tz_convert("UTC")
    return index.as_unit("us"), repairs


def _is_readable(table: SeriesTable, name: str) -> bool:
    column = table.frame[name].dropna()
    column = column.iloc[:: max(1, len(column) // _LOOKED_AT)]
    if pd.api.types.is_datetime64_any_dtype(column):
        return True
    if pd.api.types.is_bool_dtype(column):
        return False
    if pd.api.types.is_numeric_dtype(column):
        return _may_be_times(column) and bool(_from_numbers(column).notna().all())
    times, _ = _from_text(_plain(column), utc=True)
    return bool(times.notna().any())


def _may_be_times(numbers: pd.Series) -> bool:
    """Whether numbers lie where `_from_numbers` looks; to ask is cheap in thousands of columns."""
    if not len(numbers):
        return False
    least, most = float(numbers.min()), float(numbers.max())
    return any(low <= least <= most <= high for low, high in (_YEARS, _DAYS, *_UNITS.values()))


def _plain_iso(column: pd.Series) -> pd.Series | None:
    """The times of a column that has ISO times without a zone and nothing else; else None.

    It is the usual one, and read in a tenth of the time.
    """
    try:
        times = pd.to_datetime(column, format="ISO8601")
    except (ValueError, OverflowError, TypeError):
        return None
    plain = pd.api.types.is_datetime64_dtype(times) and not times.isna().any()
    return times if plain else None


def _plain(column: pd.Series) -> pd.Series:
    """Text without spaces around it, empty where there is none, Korean dates as ISO ones."""
    text = column.astype(object).where(column.notna(), "").astype(str).str.strip()
    text = text.str.replace(_KOREAN, r"\1-\2-\3", regex=True)
    if text.str.contains("[AaPp오][Mm.전후]", regex=True).any():
        text = text.str.replace(_TWELVE_HOURS, _by_24_hours, regex=True)
    text = text.str.replace(r"\s*UTC$", "Z", regex=True)
    return text.mask(text.str.match(_CLOCK) | text.eq(""))


def _by_24_hours(clock: re.Match[str]) -> str:
    """A time of day such as `2:30 pm` as `14:30`; any other as it is."""
    half = clock[1] or clock[4]
    if not half:
        return clock[0]
    afternoon = half in ("오후", "P", "p")
    return f" {int(clock[2]) % 12 + 12 * afternoon:02}{clock[3]}"


def _from_numbers(column: pd.Series) -> pd.Series:
    numbers = column.astype("float64")
    whole = bool((numbers.dropna() % 1 == 0).all())
    if whole and numbers.between(*_YEARS).all():
        return pd.to_datetime(numbers.astype("int64").astype(str), format="%Y")
    if whole and numbers.between(*_DAYS).all():
        text = numbers.astype("int64").astype(str)
        return pd.to_datetime(text, format="%Y%m%d", errors="coerce")
    for unit, (low, high) in _UNITS.items():
        if numbers.dropna().between(low, high).all():
            exact = column.astype("int64") if whole and numbers.notna().all() else numbers
            return pd.to_datetime(exact, unit=unit, errors="coerce")
    return pd.Series(pd.NaT, index=column.index)


def _from_text(text: pd.Series, *, utc: bool) -> tuple[pd.Series, list[str]]:
    """Reads all in one format, whichever leaves fewest unread."""
    ways = [_attempt(text, utc, format="ISO8601")]
    if ways[0].isna().any():
        ways += [_attempt(text, utc), _attempt(text, utc, dayfirst=True)]
    unread = [int(times.isna().sum()) for times in ways]
    best = ways[unread.index(min(unread))]
    if min(unread) or len(ways) < 3 or unread[1] != unread[2] or ways[1].equals(ways[2]):
        return best, []
    evenness = [_unevenness(times) for times in ways[1:]]
    day_first = evenness[1] < evenness[0]
    order = "day before month" if day_first else "month before day"
    example = text.dropna().iloc[0]
    return ways[1 + day_first], [f"Dates such as {example} are read with the {order}."]


def _attempt(text: pd.Series, utc: bool, **how) -> pd.Series:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        # Without a common format each would be guessed alone, one this way and one that.
        warnings.filterwarnings("error", "Could not infer format")
        try:
            return pd.to_datetime(text, errors="coerce", utc=utc, **how)
        except (UserWarning, ValueError, OverflowError):
            return pd.Series(pd.NaT, index=text.index)


def _unevenness(times: pd.Series) -> float:
    """The longest step over the shortest."""
    steps = np.diff(np.unique(pd.DatetimeIndex(times).asi8))
    return steps.max() / steps.min() if len(steps) else 1.0


def _zone(table: SeriesTable, text: pd.Series, codes: np.ndarray) -> list[str]:
    """A sentence on the time zone, if there is one; `codes` tell which text each row has."""
    offsets = text.str.extract(_OFFSET, expand=False)
    if offsets.isna().all():
        return []
    hint = "Write all of them in one time zone."
    rows = text.reindex(codes)
    bare = offsets.isna() & text.notna()
    table.refuse(
        (bare if bare.mean() <= 0.5 else offsets.notna()).reindex(codes, fill_value=False),
        "with a time unlike the others: some have a time zone, some have none",
        hint,
        rows,
    )
    minutes = offsets.dropna().map(_minutes)
    usual = minutes.mode().iloc[0]
    if minutes.max() - minutes.min() > _HOUR:  # an hour is what summer time makes of one zone
        other = offsets.map(_minutes, na_action="ignore").astype("float64").sub(usual).abs()
        table.refuse(
            other.gt(_HOUR).reindex(codes, fill_value=False),
            "in another time zone than most",
            hint,
            rows,
        )
    written = ", ".join(sorted(offsets.dropna().unique()))
    return [f"Times are kept in UTC; the source has them with the offset {written}."]


def _minutes(offset: str) -> int:
    if offset == "Z":
        return 0
    digits = offset[1:].replace(":", "").ljust(4, "0")
    return int(f"{offset[0]}1") * (60 * int(digits[:2]) + int(digits[2:]))
