"""Times of any kind, brought to a regular grid."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dltemplates.errors import DataError

_EXAMPLES = "15min, h, D, B, W, MS"
_OLD = {"H": "h", "T": "min", "S": "s", "M": "ME", "Q": "QE", "Y": "YE", "A": "YE"}
_MONTHS = {"MS": 1, "ME": 1, "QS": 3, "QE": 3, "YS": 12, "YE": 12}
_MONTH_NAMES = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
_DAY_NAMES = "MON TUE WED THU FRI SAT SUN".split()
_SECOND = 1_000_000  # microseconds, the unit of all times here
_DAY = 86_400 * _SECOND
_FIRST_MONDAY = 4 * _DAY  # after 1970-01-01
_ROUND_STEPS = [
    unit * count
    for unit, counts in (
        (_SECOND, (1, 2, 5, 10, 15, 20, 30)),
        (60 * _SECOND, (1, 2, 5, 10, 15, 20, 30)),
        (3_600 * _SECOND, (1, 2, 3, 4, 6, 8, 12)),
        (_DAY, (1, 7)),
    )
    for count in counts
]


@dataclass(frozen=True)
class RegularGrid:
    """A regular grid, and where on it each time belongs.

    Attributes:
        times: The grid, with its `freq` set.
        rows: int64: the row of the grid for each of the times it was made from.
        repairs: What was changed, a sentence each.
    """

    times: pd.DatetimeIndex
    rows: np.ndarray
    repairs: list[str]


@dataclass(frozen=True)
class EvenGrid:
    """A grid of equal steps, without an end; times and steps in microseconds.

    Attributes:
        frequency: Its name.
        step: From one time to the next.
        phase: Where it lies, since 1970.
        coarse: Whether a time belongs to the place at or before it, else to the nearest.
    """

    frequency: str
    step: int
    phase: int
    coarse: bool

    def positions(self, times: pd.DatetimeIndex) -> np.ndarray:
        """int64, `(times,)`: where each of these times, which have no zone, belongs."""
        return (times.asi8 - self.phase + (0 if self.coarse else self.step // 2)) // self.step

    def time(self, position: int) -> pd.Timestamp:
        return pd.Timestamp(np.datetime64(self.phase + position * self.step, "us"))


def even_grid(times: pd.DatetimeIndex, frequency: str, *, where: str) -> EvenGrid | None:
    """The grid of equal steps that `times` lie on; None where months or working days are its step.

    Args:
        times: The first of many times, in microseconds, in any order.
        frequency: See `regular_grid`.
        where: What messages call the source.

    Raises:
        DataError: There is one time only, or the frequency cannot be used.
    """
    unique = _unique(times, where)
    offset = _inferred(unique) if frequency == "auto" else _stated(frequency)
    prefix = _prefix(offset)
    if prefix in _MONTHS or (prefix == "B" and offset.n == 1):
        return None
    return _even(unique, offset, frequency)


def regular_grid(
    times: pd.DatetimeIndex, frequency: str, *, largest: int, where: str
) -> RegularGrid:
    """The grid that `times` lie on, or nearest to.

    Args:
        times: Times in microseconds, in any order.
        frequency: A pandas frequency such as `15min`, `h`, `D`, `B`, `W` or `MS`, or `auto`: the
            usual step between times, or their months, quarters, years or working days.
        largest: Most rows that the grid may have.
        where: What messages call the source.

    Raises:
        DataError: There is one time only, the frequency cannot be used, or the grid is too large.
    """
    plain = times.tz_localize(None)
    unique = _unique(times, where)
    offset = _inferred(unique) if frequency == "auto" else _stated(frequency)
    prefix = _prefix(offset)
    if prefix in _MONTHS:
        positions, start = _by_month(plain, offset, prefix)
        coarse = False
    elif prefix == "B" and offset.n == 1:
        positions, start = _by_working_day(plain, where)
        coarse = False
    else:
        even = _even(unique, offset, frequency)
        absolute = even.positions(plain)
        first = int(absolute.min())
        positions, start, coarse = absolute - first, even.time(first), even.coarse
    rows = int(positions.max()) + 1
    if rows > largest:
        raise DataError(
            f"A grid of frequency {offset.freqstr} from {unique[0]} to {unique[-1]} has {rows:,} "
            f"rows, too many for memory and for the {len(unique):,} times there are.",
            where=where,
            hint="Set data.frequency to a longer step, or remove times far from the others.",
        )
    grid = pd.date_range(start, periods=rows, freq=offset, unit="us")
    repairs = _repairs(plain, grid, positions, coarse)
    return RegularGrid(grid.tz_localize(times.tz), positions, repairs)


def _unique(times: pd.DatetimeIndex, where: str) -> pd.DatetimeIndex:
    """The times once each, sorted and without a zone."""
    unique = times.tz_localize(None).unique().sort_values()
    if len(unique) < 2:
        raise DataError(
            f"It has a single time, {times[0]}, so there is no series.",
            where=where,
            hint="Give a longer series, with a row for each time.",
        )
    return unique


def _prefix(offset: pd.DateOffset) -> str:
    return offset.freqstr.lstrip("0123456789").partition("-")[0]


def _even(unique: pd.DatetimeIndex, offset: pd.DateOffset, frequency: str) -> EvenGrid:
    step = _step(offset, frequency)
    coarse = 2 * _usual_step(unique) <= step
    return EvenGrid(offset.freqstr, step, _phase(unique, step, offset, coarse), coarse)


def _stated(frequency: str) -> pd.DateOffset:
    old = re.fullmatch(r"(\d*)([HTSMQYA])", frequency)
    text = f"{old[1]}{_OLD[old[2]]}" if old else frequency
    try:
        return pd.tseries.frequencies.to_offset(text)
    except ValueError:
        raise DataError(
            f"{frequency!r} is no frequency.",
            where="data.frequency",
            hint=f"For instance {_EXAMPLES}; or auto.",
        ) from None


def _inferred(unique: pd.DatetimeIndex) -> pd.DateOffset:
    """The frequency of sorted times: calendar ones where they fit, else the usual step."""
    steps = np.diff(unique.asi8)
    step = _usual_step(unique)
    days = step / _DAY
    if days == 1 and (unique.day_of_week < 5).all() and (steps == 3 * _DAY).any():
        return pd.tseries.frequencies.to_offset("B")
    even = len(steps) > 3 and (steps % step == 0).all()
    if not even:
        for low, high, start, end in (
            (28, 31, "MS", "ME"),
            (89, 92, "QS", "QE"),
            (365, 366, "YS", "YE"),
        ):
            if low <= days <= high:
                return _monthly(unique, start, end)
        if (steps % step != 0).mean() > 0.5:
            step = _rounded(step)
    if step == 7 * _DAY:
        return pd.tseries.frequencies.to_offset(f"W-{_DAY_NAMES[unique[0].day_of_week]}")
    if step % _DAY == 0:
        return pd.tseries.frequencies.to_offset(f"{step // _DAY}D")
    return pd.tseries.frequencies.to_offset(pd.Timedelta(step, unit="us"))


def _rounded(step: int) -> int:
    """The round step within 5 % of `step`, or `step` in the longest unit that is as near."""
    nearest = min(_ROUND_STEPS, key=lambda usual: abs(np.log(usual / step)))
    units = [round(step / unit) * unit for unit in (_DAY, 3_600 * _SECOND, 60 * _SECOND, _SECOND)]
    return next((near for near in (nearest, *units) if abs(near / step - 1) < 0.05), step)


def _monthly(unique: pd.DatetimeIndex, start: str, end: str) -> pd.DateOffset:
    """The frequency of months, quarters or years that begin or end on these days."""
    name = end if (unique.day == unique.days_in_month).all() else start
    month = unique[0].month - 1
    if _MONTHS[name] == 1:
        return pd.tseries.frequencies.to_offset(name)
    if _MONTHS[name] == 3:  # of the four names that a quarter has, the usual one
        month = month % 3 + (9 if name == end else 0)
    return pd.tseries.frequencies.to_offset(f"{name}-{_MONTH_NAMES[month]}")


def _usual_step(unique: pd.DatetimeIndex) -> int:
    """The median step of sorted times, and one that occurs."""
    steps = np.sort(np.diff(unique.asi8))
    return int(steps[(len(steps) - 1) // 2])


def _step(offset: pd.DateOffset, frequency: str) -> int:
    if isinstance(offset, pd.offsets.Week):
        return 7 * _DAY * offset.n
    try:
        step = round(pd.Timedelta(offset).total_seconds() * _SECOND)
    except ValueError:
        step = 0
    if step < 1:
        raise DataError(
            f"The frequency {frequency!r} makes no grid that is known here.",
            where="data.frequency",
            hint=f"For instance {_EXAMPLES}; or auto.",
        )
    return step


def _phase(unique: pd.DatetimeIndex, step: int, offset: pd.DateOffset, coarse: bool) -> int:
    """Where the grid lies: through most of the times, else through round ones."""
    if isinstance(offset, pd.offsets.Week) and offset.weekday is not None:
        clock = 0 if coarse else int(unique.asi8[0] % _DAY)
        return _FIRST_MONDAY + offset.weekday * _DAY + clock
    rests, counts = np.unique(unique.asi8 % step, return_counts=True)
    if not coarse and 2 * counts.max() > len(unique):
        return int(rests[counts.argmax()])
    return 0


def _by_month(
    times: pd.DatetimeIndex, offset: pd.DateOffset, prefix: str
) -> tuple[np.ndarray, pd.Timestamp]:
    """Positions by the month, quarter or year that each time lies in."""
    months = _MONTHS[prefix] * offset.n
    anchor = getattr(offset, "startingMonth", getattr(offset, "month", 1))
    phase = anchor - 1 if prefix.endswith("S") else anchor
    since = np.asarray(times.year * 12 + times.month - 1, "int64") - phase
    positions = since // months
    first = int(positions.min()) * months + phase
    start = pd.Timestamp(first // 12, first % 12 + 1, 1)
    if prefix.endswith("E"):
        start = start + pd.DateOffset(months=months) - pd.Timedelta(days=1)
    return positions - positions.min(), start


def _by_working_day(times: pd.DatetimeIndex, where: str) -> tuple[np.ndarray, pd.Timestamp]:
    weekend = times[times.day_of_week >= 5]
    if len(weekend):
        raise DataError(
            f"The frequency B has no weekends, but {weekend[0]} is on one, as are "
            f"{len(weekend) - 1:,} others.",
            where=where,
            hint="Use data.frequency=D, or remove these rows.",
        )
    days = times.normalize()
    start = days.min()
    return np.busday_count(start.date(), days.to_numpy().astype("datetime64[D]")), start


def _repairs(
    times: pd.DatetimeIndex, grid: pd.DatetimeIndex, rows: np.ndarray, coarse: bool
) -> list[str]:
    name = grid.freqstr
    if coarse:
        return [f"Several rows make one of the frequency {name}: their mean is taken."]
    away = np.abs(times.asi8 - grid.asi8[rows])
    if not away.any():
        return []
    furthest = pd.Timedelta(int(away.max()), unit="us")
    return [
        f"{(away > 0).sum():,} of {len(times):,} times were not on the grid of frequency {name} "
        f"and took the place nearest to them, up to {furthest} away; where several met, their "
        "mean is taken."
    ]
