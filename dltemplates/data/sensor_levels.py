"""The levels of sensors: whose wanders, and how much a sensor varies about its own."""

import warnings

import numpy as np
import pandas as pd


def wanders(values: np.ndarray, window: int) -> np.ndarray:
    """Whose level wanders, of `(rows, columns)`: bool, `(columns,)`.

    The means of eighths of the rows differ by more than the values within them, as where something
    warms up or wears. A level that comes back to where it was, as in the cycle of a day, does not
    wander: at some distance in time its differences become small again.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # an eighth without a value
        means = np.stack([np.nanmean(part, axis=0) for part in np.array_split(values, 8)])
        between = np.nanvar(means.astype("float64"), axis=0)
        restless = between > 0.5 * np.nanvar(values.astype("float64"), axis=0)
    for column in np.flatnonzero(restless):
        restless[column] = not _comes_back(_level(values[:, column], window).to_numpy())
    return restless


def _comes_back(level: np.ndarray) -> bool:
    """Whether differences of a level, having grown to those of strangers, become small again."""
    apart = [
        float(np.nanmean((level[lag:] - level[:-lag]) ** 2))
        for lag in np.unique(np.geomspace(1, 0.75 * len(level), 400).astype(int))
    ]
    of_strangers = 2.0 * float(np.nanvar(level))
    strange = np.flatnonzero(np.array(apart) > of_strangers)
    return bool(len(strange)) and np.nanmin(apart[strange[0] :]) < 0.2 * of_strangers


def _level(values: np.ndarray, window: int) -> pd.Series:
    return pd.Series(values.astype("float64")).rolling(window, min_periods=1).mean()


def spread_within(values: np.ndarray, window: int) -> float:
    """The standard deviation of `(rows,)` about the means of windows that end there."""
    apart = values.astype("float64") - _level(values, window)
    spread = float(np.sqrt((apart**2).mean()))
    return spread if spread > np.finfo("float32").tiny else 1.0
