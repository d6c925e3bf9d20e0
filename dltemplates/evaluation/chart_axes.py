"""Axes of a chart: which values get a tick, and where in the picture a value is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_DAY = 86_400
_MONTH = 30.4375 * _DAY
_TIME_STEPS = (
    1,
    5,
    15,
    30,
    60,
    300,
    900,
    1800,
    3600,
    10_800,
    21_600,
    43_200,
    _DAY,
    2 * _DAY,
    7 * _DAY,
)


@dataclass(frozen=True)
class Axis:
    """A straight scale from values to places in a picture.

    Attributes:
        low: The value at `start`.
        high: The value at `end`.
        start: A place, in units of the picture.
        end: Another.
        ticks: Values and their labels.
    """

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[tuple[float, str], ...]

    def places(self, values: np.ndarray) -> np.ndarray:
        """Where `values` are."""
        share = (np.asarray(values, "float64") - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def place(self, value: float) -> float:
        """Where one value is."""
        return float(self.places(np.asarray(value)))


def number_axis(
    values: Sequence[np.ndarray], start: float, end: float, *, ticks: int = 5, snug: bool = False
) -> Axis:
    """An axis over all finite `values`, with ticks at round numbers.

    Args:
        values: What has to fit.
        start: The place of the lowest value.
        end: That of the highest.
        ticks: Roughly how many.
        snug: End with the values themselves, not with ticks.
    """
    low, high = _range(values)
    if low == high:
        room = abs(low) * 0.1 or 1.0
        low, high = low - room, high + room
    step = _round_step((high - low) / ticks)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    if not snug:
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        low, high = first * step, last * step
    marks = tuple((n * step, number_label(n * step, step)) for n in range(first, last + 1))
    return Axis(low, high, start, end, marks)


def time_axis(values: Sequence[np.ndarray], start: float, end: float, *, ticks: int = 4) -> Axis:
    """An axis over times (`datetime64`), in seconds since 1970, with ticks at round ones."""
    low, high = _range([seconds(each) for each in values])
    if low == high:
        low, high = low - _DAY / 2, high + _DAY / 2
    wanted = (high - low) / ticks
    if wanted > 15 * _DAY:
        marks = _months(low, high, math.ceil(wanted / _MONTH))
    else:
        step = next((each for each in _TIME_STEPS if each >= wanted), _TIME_STEPS[-1])
        marks = np.arange(math.ceil(low / step) * step, high + 1, step)
    return Axis(
        low, high, start, end, tuple((float(each), _time_label(each, high - low)) for each in marks)
    )


def seconds(times: np.ndarray) -> np.ndarray:
    """`datetime64` as float64 seconds since 1970; NaT becomes NaN."""
    times = np.asarray(times, "datetime64[us]")
    return np.where(np.isnat(times), np.nan, times.astype("int64") / 1e6)


def number_label(value: float, step: float) -> str:
    """A tick's label with as many digits as its neighbours at a distance of `step` need."""
    if value == 0 or abs(value) < step * 1e-6:
        return "0"
    if step < 1e-4 or abs(value) >= 1e7:
        digits = max(0, math.floor(math.log10(abs(value))) - math.floor(math.log10(step)))
        mantissa, exponent = f"{value:.{digits}e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", "−")
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:,.{decimals}f}".replace("-", "−")


def _range(values: Sequence[np.ndarray]) -> tuple[float, float]:
    finite = [each[np.isfinite(each)] for each in (np.asarray(v, "float64") for v in values)]
    joined = np.concatenate([*finite, np.empty(0)])
    return (float(joined.min()), float(joined.max())) if joined.size else (0.0, 1.0)


def _round_step(step: float) -> float:
    """The next of 1, 2, 2.5, 5 and 10 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= step * (1 - 1e-9))


def _months(low: float, high: float, wanted: int) -> np.ndarray:
    step = next((n for n in (1, 2, 3, 6, 12, 24, 60, 120, 240) if n >= wanted), 600)
    first, last = (np.datetime64(int(each), "s").astype("datetime64[M]") for each in (low, high))
    months = np.arange(first.astype(int) // step * step, last.astype(int) + 1, step)
    marks = seconds(months.astype("datetime64[M]"))
    return marks[(marks >= low) & (marks <= high)]


def _time_label(second: float, span: float) -> str:
    text = str(np.datetime64(int(second), "s"))
    if span > 1500 * _DAY:
        return text[:4] if text[5:10] == "01-01" else text[:7]
    if span > 60 * _DAY:
        return text[:7] if text[8:10] == "01" else text[:10]
    if span > 4 * _DAY:
        return text[5:10]
    return text[5:16].replace("T", " ") if span > _DAY / 2 else text[11:19]
