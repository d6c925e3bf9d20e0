"""Cycles and drift of a series, from its autocorrelation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

_LONGEST = 20_000  # rows that are looked at, the last ones
_CLEAR = 0.15  # of correlation, by which a cycle must stand out
_PERIODS = {"hour": 3_600, "day": 86_400, "week": 604_800, "year": 31_557_600}
_MONTHS = {"MS": 12, "ME": 12, "QS": 4, "QE": 4}
_WANDERS = 0.463  # of the KPSS statistic, at 5 %


@dataclass(frozen=True)
class Cycle:
    """A cycle that comes again and again.

    Attributes:
        name: Such as `day`; empty if it is none of the calendar's.
        rows: Its length.
        correlation: Of the series with itself one cycle before.
    """

    name: str
    rows: int
    correlation: float


def find_cycles(values: np.ndarray, frequency: str) -> list[Cycle]:
    """The cycles of several series, shortest first: those that most of the series have.

    Args:
        values: `(series, rows)`, NaN where missing.
        frequency: The step between rows, as pandas writes it.
    """
    prepared = (_prepared(line) for line in values[:, -_LONGEST:])
    lines = [line for line in prepared if line is not None]
    if not lines:
        return []
    correlations = [_autocorrelation(line) for line in lines]
    found = []
    for name, rows in _usual(frequency).items():
        clear = [_peak(c, rows) for c in correlations if _stands_out(c, rows)]
        if 2 * len(clear) > len(correlations):
            found.append(Cycle(name, rows, round(float(np.median(clear)), 3)))
    if found or _usual(frequency):
        return _apart(found)
    peaks = [peak for c in correlations if (peak := _first_peak(c))]
    if 2 * len(peaks) <= len(correlations):
        return []
    rows = int(np.median(peaks))
    correlation = float(np.median([c[rows] for c in correlations if rows < len(c)]))
    return [Cycle("", rows, round(correlation, 3))]


def wanders(line: np.ndarray) -> bool:
    """Whether the level of a series does not stay: the KPSS test rejects that it does, at 5 %."""
    values = line[~np.isnan(line)][-_LONGEST:].astype("float64")
    if len(values) < 20 or values.std() == 0:
        return False
    errors = values - values.mean()
    lags = int(12 * (len(errors) / 100) ** 0.25)
    variance = errors @ errors
    for lag in range(1, lags + 1):
        variance += 2 * (1 - lag / (lags + 1)) * (errors[lag:] @ errors[:-lag])
    sums = np.cumsum(errors)
    return bool(sums @ sums / (len(errors) * variance) > _WANDERS)


def _usual(frequency: str) -> dict[str, int]:
    """Rows of the calendar's cycles at this step; those of at least four rows."""
    name = frequency.partition("-")[0]
    if name in _MONTHS:
        return {"year": _MONTHS[name]}
    if name == "B":
        return {"week": 5, "year": 261}
    try:
        offset = pd.tseries.frequencies.to_offset(frequency)
        step = 604_800 if name.endswith("W") else pd.Timedelta(offset).total_seconds()
    except ValueError:  # years
        return {}
    rows = {period: seconds / step for period, seconds in _PERIODS.items()}
    return {period: round(count) for period, count in rows.items() if count >= 4}


def _prepared(line: np.ndarray) -> np.ndarray | None:
    """A series without holes and without a straight trend; None if nothing is left of it."""
    values = pd.Series(line).interpolate(limit_direction="both").to_numpy("float64")
    if len(values) < 8 or np.isnan(values).any():
        return None
    rows = np.arange(len(values))
    values = values - np.polyval(np.polyfit(rows, values, 1), rows)
    return values if values.std() > 1e-9 * (1 + np.abs(line[~np.isnan(line)]).max()) else None


def _autocorrelation(values: np.ndarray) -> np.ndarray:
    """Correlation with itself at each lag, each over the rows that there are."""
    count = len(values)
    power = np.abs(np.fft.rfft(values, 2 * count)) ** 2
    sums = np.fft.irfft(power)[: count * 2 // 3]
    return sums / np.arange(count, count - len(sums), -1) / (sums[0] / count)


def _stands_out(correlation: np.ndarray, rows: int) -> bool:
    """Whether the rows one cycle before are more alike than those between."""
    if 2 * rows > len(correlation) * 3 // 2 or rows >= len(correlation):
        return False  # not even two cycles have been seen
    near = max(rows // 8, 1)
    around = correlation[max(rows - 2 * near, 1) : rows + 2 * near + 1]
    half = correlation[rows // 2]
    peak = _peak(correlation, rows)
    return bool(peak >= _CLEAR and peak - half >= _CLEAR and peak >= around.max() - 1e-12)


def _peak(correlation: np.ndarray, rows: int) -> float:
    """The correlation about one cycle before, which weather and holidays move a little."""
    near = max(rows // 16, 0)
    return float(correlation[rows - near : rows + near + 1].max())


def _apart(cycles: Sequence[Cycle]) -> list[Cycle]:
    """Without those that a shorter one explains: of a daily cycle every week is alike, too."""
    kept: list[Cycle] = []
    for cycle in cycles:
        shorter = max((other.correlation for other in kept), default=-1.0)
        if not kept or cycle.correlation > shorter + 0.05:
            kept.append(cycle)
    return kept


def _first_peak(correlation: np.ndarray) -> int:
    """The lag of the first clear maximum after the series has become unlike itself; 0: none."""
    below = np.flatnonzero(correlation < 0.1)
    if not len(below):
        return 0
    rest = correlation[below[0] :]
    high = np.flatnonzero(rest >= 0.9 * rest.max())
    first = high[: np.argmax(np.diff(high, append=high[-1] + 2) > 1) + 1]  # without its multiples
    lag = int(first[rest[first].argmax()]) + int(below[0])
    return lag if correlation[lag] >= 2 * _CLEAR and lag >= 4 else 0
