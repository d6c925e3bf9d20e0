"""The bundled sample: a generated series of hourly electricity demand."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dltemplates.data.calendar_features import Calendar
from dltemplates.data.lasting_noise import lasting_noise
from dltemplates.data.time_series import Covariates, TimeSeries

_ROWS = 2 * 365 * 24
_AHEAD = 31 * 24  # for which temperature and holidays are forecast
_HOLIDAYS = ("01-01", "03-01", "05-01", "05-05", "06-06", "08-15", "10-03", "10-09", "12-25")
# Demand at each hour of a working day, and of a day off, over the day's mean.
_WORKING_DAY = np.array(
    "-26 -30 -32 -33 -32 -27 -14 2 14 19 21 20 14 17 18 17 16 18 21 20 14 6 -6 -17".split(), float
)
_DAY_OFF = np.array(
    "-20 -24 -26 -27 -27 -25 -20 -12 -3 4 8 10 10 8 6 6 8 13 19 21 18 12 2 -10".split(), float
)


def demand_sample(calendar: Sequence[str] = ()) -> TimeSeries:
    """Two years of hourly demand in MW, made by the code below; nobody ever measured it.

    Working days and days off have each their cycle; cold and heat raise demand; part of the noise
    lasts for days. Known ahead, also for the 31 days after the last value, are `temperature`, as a
    forecast that is off by a degree or so, and `holiday`. It is the same at every call.

    Args:
        calendar: Features of the times; see `Calendar`.
    """
    rng = np.random.Generator(np.random.PCG64(2024))
    times = pd.date_range("2023-01-01", periods=_ROWS + _AHEAD, freq="h", unit="us")
    hour, rows = times.hour.to_numpy(), np.arange(len(times))
    holiday = times.strftime("%m-%d").isin(_HOLIDAYS)
    working = (times.day_of_week.to_numpy() < 5) & ~holiday
    season = -np.cos(2 * np.pi * (rows / 24 - 20) / 365.25)
    weather = lasting_noise(rng, len(times), steps=60) * 4.0
    temperature = 12 + 11 * season - 4 * np.cos(2 * np.pi * (hour - 3) / 24) + weather
    demand = (
        300
        + np.where(working, _WORKING_DAY[hour], _DAY_OFF[hour] - 45)
        + 2.4 * np.maximum(16 - temperature, 0)
        + 4.0 * np.maximum(temperature - 22, 0)
        + 0.001 * rows
        + 7 * lasting_noise(rng, len(times), steps=30)
        + 3 * rng.standard_normal(len(times))
    )
    forecast = temperature + lasting_noise(rng, len(times), steps=12)
    known = np.stack([forecast, holiday], axis=-1)[None]
    return TimeSeries(
        times=times,
        names=["generated_demand"],
        values=np.round(demand[None, :_ROWS], 1).astype("float32"),
        known=Covariates(["temperature", "holiday"], np.round(known, 1).astype("float32")),
        calendar=Calendar(tuple(calendar)),
        where="generated demand",
    )
