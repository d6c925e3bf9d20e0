"""Features that a time has by itself: its hour, weekday, season."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dltemplates.errors import DataError, did_you_mean

# Where a time stands in its cycle, as a fraction.
_CYCLES: dict[str, Callable[[pd.DatetimeIndex], np.ndarray]] = {
    "minute": lambda times: (times.minute + times.second / 60) / 60,
    "hour": lambda times: (times.hour + times.minute / 60) / 24,
    "weekday": lambda times: times.day_of_week / 7,
    "monthday": lambda times: (times.day - 1) / times.days_in_month,
    "month": lambda times: (times.month - 1) / 12,
    "yearday": lambda times: (times.day_of_year - 1) / (365 + times.is_leap_year),
}
_FLAGS: dict[str, Callable[[pd.DatetimeIndex], np.ndarray]] = {
    "weekend": lambda times: times.day_of_week >= 5,
}
KINDS = (*_CYCLES, *_FLAGS)


@dataclass(frozen=True)
class Calendar:
    """Calendar features, of any times.

    A cycle becomes a sine and a cosine, so that its end lies beside its beginning; `weekend` is 0
    or 1.

    Args:
        kinds: Of `minute` (in the hour), `hour` (in the day), `weekday`, `monthday`, `month`,
            `yearday`, `weekend`.

    Raises:
        DataError: There is no such kind.
    """

    kinds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for kind in self.kinds:
            if kind not in KINDS:
                raise DataError(
                    f"There is no calendar feature {kind!r}.",
                    where="data.calendar",
                    hint=f"{did_you_mean(kind, KINDS)} There are: {', '.join(KINDS)}.",
                )

    @property
    def names(self) -> list[str]:
        """What each feature is called, in the order of `features`."""
        pairs = [
            [f"{kind}_sin", f"{kind}_cos"] if kind in _CYCLES else [kind] for kind in self.kinds
        ]
        return [name for pair in pairs for name in pair]

    def features(self, times: pd.DatetimeIndex) -> np.ndarray:
        """The features of `times`: float32, `(times, features)`, from -1 to 1."""
        columns: list[np.ndarray] = []
        for kind in self.kinds:
            if kind in _FLAGS:
                columns.append(np.asarray(_FLAGS[kind](times)))
                continue
            angle = 2 * np.pi * np.asarray(_CYCLES[kind](times), "float64")
            columns += [np.sin(angle), np.cos(angle)]
        if not columns:
            return np.zeros((len(times), 0), "float32")
        return np.stack(columns, axis=1).astype("float32")
