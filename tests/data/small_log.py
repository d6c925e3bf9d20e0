"""A small made-up log for the tests of sensors."""

import numpy as np
import pandas as pd

from dltemplates.data.sensor_log import SensorLog
from dltemplates.data.time_series import TimeSeries


def small_log(
    rows: int = 100,
    names: str = "abc",
    *,
    missing: bool = False,
    anomalies: tuple[int, ...] | None = None,
) -> SensorLog:
    """Random sensors, a row each ten minutes; `anomalies` are the rows labelled 1.

    With `missing`, a fifth is missing, `a` starts three rows late, and rows 44 to 51 have nothing.
    """
    rng = np.random.default_rng(1)
    values = rng.normal(5, 3, (len(names), rows)).astype("float32")
    if missing:
        values[rng.random(values.shape) < 0.2] = np.nan
        values[0, :3] = np.nan
        values[:, 44:52] = np.nan
    labels = None
    if anomalies is not None:
        labels = np.zeros(rows, "int8")
        labels[list(anomalies)] = 1
    times = pd.date_range("2024-01-01", periods=rows, freq="10min")
    return SensorLog(TimeSeries(times, list(names), values, where="small"), labels)
