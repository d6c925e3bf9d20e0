"""Covariates made ready for windows: scaled, and complete."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dltemplates.data.calendar_features import Calendar
from dltemplates.data.time_series import Covariates


@dataclass(frozen=True)
class WindowFeatures:
    """Features of every row, as a network takes them.

    Attributes:
        names: What each feature is called.
        values: `(series, rows, features)` or `(1, rows, features)`; float32, or bool.
        mean: float32, `(features,)`: what was subtracted.
        scale: float32, `(features,)`: what it was then divided by.
        observed: bool, like `values`: where there was a value; None if none is missing.
    """

    names: list[str]
    values: np.ndarray
    mean: np.ndarray
    scale: np.ndarray
    observed: np.ndarray | None = None

    def windows(self, series: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """What a network sees of `series`, `(windows,)`, at `rows`, `(windows, steps)`.

        Returns:
            float32, `(windows, steps, features)`.
        """
        which = (np.zeros_like(series) if self.values.shape[0] == 1 else series)[:, None]
        taken = self.values[which, rows].astype("float32", copy=False)
        if self.observed is None:
            return taken
        return filled_at_front(taken, self.observed[which, rows])


def scaled(covariates: Covariates, train: range) -> WindowFeatures:
    """Standardises by the observed values of the training rows, over all series together.

    A feature that is only ever 0 or 1 there stays as it is. A missing value takes the last one
    before it, and 0 (the mean) where there is none; see `filled_at_front` for those that a window
    begins with.
    """
    mean, scale = np.transpose(
        [
            _statistics(covariates.values[:, train.start : train.stop, feature])
            for feature in range(len(covariates.names))
        ]
    ).astype("float32")
    values = np.stack(
        [
            filled_forward((covariates.values[..., feature] - mean[feature]) / scale[feature])
            for feature in range(len(covariates.names))
        ],
        axis=-1,
    )
    observed = ~np.isnan(covariates.values)
    return WindowFeatures(
        covariates.names, values, mean, scale, None if observed.all() else observed
    )


def unscaled(names: Sequence[str], values: np.ndarray) -> WindowFeatures:
    """Features that are taken as they are."""
    count = len(names)
    return WindowFeatures(list(names), values, np.zeros(count, "f4"), np.ones(count, "f4"))


def of_calendar(calendar: Calendar, times) -> WindowFeatures:
    """The calendar's features of `times`, the same for every series."""
    return unscaled(calendar.names, calendar.features(times)[None])


def filled_forward(values: np.ndarray) -> np.ndarray:
    """`values`, `(series, rows)`, with NaN replaced by the last number before it, else by 0.

    Windows cut from them still need `filled_at_front`.
    """
    missing = np.isnan(values)
    if not missing.any():
        return values
    rows = np.arange(values.shape[1])
    last = np.maximum.accumulate(np.where(missing, 0, rows), axis=1)
    return np.nan_to_num(np.take_along_axis(values, last, axis=1), nan=0.0)


def filled_at_front(windows: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Fills the gaps that windows begin with from inside them, as a served `ForwardFill` has to.

    A served model knows nothing from before a window, so its network must not learn from that.

    Args:
        windows: float32, `(windows, steps, ...)`, filled forward.
        observed: bool, likewise: where there was a value.

    Returns:
        `windows`, with the first observed value put before it; 0 where nothing was observed.
    """
    first = observed.argmax(axis=1, keepdims=True)
    front = np.take_along_axis(np.where(observed, windows, np.float32(0)), first, axis=1)
    return np.where(np.logical_or.accumulate(observed, axis=1), windows, front)


def _statistics(values: np.ndarray) -> tuple[float, float]:
    observed = values[~np.isnan(values)].astype("float64")
    if not len(observed) or np.isin(observed, (0.0, 1.0)).all():
        return 0.0, 1.0
    low, high = observed.min(), observed.max()
    return float(observed.mean()), float(observed.std()) if high > low else 1.0
