"""A small made-up data set for the tests of series."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dltemplates.data.calendar_features import Calendar
from dltemplates.data.time_series import Covariates, TimeSeries

FORECASTING = Path("../shared/data/forecasting")
ANOMALY = Path("../shared/data/anomaly/series")


def small_series(
    rows: int = 60,
    names: str = "abc",
    *,
    missing: bool = False,
    covariates: bool = False,
    ahead: int = 0,
) -> TimeSeries:
    """Random hourly series; with `covariates`, some of every kind, `ahead` rows beyond the end.

    With `missing`, `a` starts three rows late, `b` has a gap of eight rows, `rain` one of twelve.
    """
    rng = np.random.default_rng(1)
    count = len(names)
    values = rng.normal(5, 3, (count, rows)).astype("float32")
    if missing:
        values[rng.random(values.shape) < 0.2] = np.nan
        values[0, :3] = np.nan
        values[1, 44:52] = np.nan
    times = pd.date_range("2024-01-01", periods=rows + ahead, freq="h")
    if not covariates:
        return TimeSeries(times, list(names), values, where="small")
    past = rng.normal(50, 9, (count, rows, 2)).astype("float32")
    past[:, 10, 0] = np.nan
    if missing:
        past[:, 20:32, 1] = np.nan
    known = rng.normal(-7, 2, (1, rows + ahead, 1)).astype("float32")
    return TimeSeries(
        times,
        list(names),
        values,
        past=Covariates(["wind", "rain"], past),
        known=Covariates(["price"], known),
        calendar=Calendar(("hour", "weekend")),
        static=rng.normal(size=(count, 2)).astype("float32"),
        static_names=["area", "height"],
        where="small",
    )


def shared_file(name: str, folder: Path = FORECASTING) -> Path:
    """A file of real series; the test is skipped where it is not."""
    path = folder / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    return path
