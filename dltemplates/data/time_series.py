"""Time series on one regular grid, with what is known beside them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from dltemplates.data.calendar_features import Calendar


@dataclass(frozen=True)
class Covariates:
    """Numbers that stand beside the series, in their own unit.

    Attributes:
        names: What each feature is called.
        values: float32, `(series, rows, features)`, or `(1, rows, features)` where all series have
            the same.
    """

    names: list[str]
    values: np.ndarray

    @classmethod
    def none(cls) -> "Covariates":
        """No covariates."""
        return cls([], np.zeros((1, 0, 0), "float32"))

    @property
    def rows(self) -> int:
        """Rows of the grid that they cover."""
        return self.values.shape[1]

    def take(self, series: np.ndarray) -> "Covariates":
        """Those of the series at these positions; the same where all series share them."""
        return self if self.values.shape[0] == 1 else replace(self, values=self.values[series])


@dataclass(frozen=True)
class TimeSeries:
    """Series that share one regular grid of times.

    Attributes:
        times: The grid, with its `freq` set; at least `length` times, more where known covariates
            go on. In UTC where the source had a time zone.
        names: What each series is called.
        values: float32, `(series, length)`, in the data's own unit; NaN is a missing value.
        past: Covariates measured with the series and unknown ahead, `length` rows; NaN is a
            missing value.
        known: Covariates known ahead of time, at least `length` rows, none missing.
        calendar: Features of the times themselves; known for any time.
        static: float32, `(series, features)`: standardised numbers and one-hot categories.
        static_names: What each static feature is called.
        repairs: What was changed or left out on the way here, a sentence each.
        where: What messages call the source.
    """

    times: pd.DatetimeIndex
    names: list[str]
    values: np.ndarray
    past: Covariates = field(default_factory=Covariates.none)
    known: Covariates = field(default_factory=Covariates.none)
    calendar: Calendar = field(default_factory=Calendar)
    static: np.ndarray | None = None
    static_names: list[str] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)
    where: str = ""

    @property
    def length(self) -> int:
        """Rows that have values."""
        return self.values.shape[1]

    @property
    def frequency(self) -> str:
        """The step of the grid as pandas writes it, such as `h` or `15min`."""
        return self.times.freqstr

    def times_until(self, rows: int) -> pd.DatetimeIndex:
        """The first `rows` times of the grid, also beyond its end."""
        if rows <= len(self.times):
            return self.times[:rows]
        return pd.date_range(self.times[0], periods=rows, freq=self.times.freq)

    def take(self, names: Sequence[str]) -> "TimeSeries":
        """The series called `names`, in that order, with what is theirs."""
        places = {name: place for place, name in enumerate(self.names)}
        chosen = np.array([places[name] for name in names], "int64")
        return replace(
            self,
            names=list(names),
            values=self.values[chosen],
            past=self.past.take(chosen),
            known=self.known.take(chosen),
            static=None if self.static is None else self.static[chosen],
        )

    def fingerprint(self, rows: range) -> str:
        """A digest of all that `rows` hold, to tell one data set from another."""
        names = [*self.names, *self.past.names, *self.known.names, *self.calendar.names]
        digest = hashlib.sha256("\0".join([*names, str(self.times[rows.start])]).encode())
        for values in (self.values, self.past.values, self.known.values):
            digest.update(values[:, rows.start : rows.stop].tobytes())
        if self.static is not None:
            digest.update(self.static.tobytes())
        return digest.hexdigest()[:16]
