"""Forecasts that cost nothing, which a network has to beat."""

from collections.abc import Callable

import numpy as np

from dltemplates.data.forecast_data import ForecastData, Windows
from dltemplates.evaluation.ridge import RidgeForecast

Forecaster = Callable[[Windows], np.ndarray]


def repeat_last(values: np.ndarray, horizon: int) -> np.ndarray:
    """The last value at every step: `values`, `(windows, lookback)`, to `(windows, horizon)`."""
    return np.repeat(values[:, -1:], horizon, axis=1)


def seasonal_naive(values: np.ndarray, horizon: int, period: int) -> np.ndarray:
    """The last season again and again: `values`, `(windows, lookback)`, to `(windows, horizon)`.

    Args:
        values: Lookback windows.
        horizon: Steps ahead.
        period: Rows in a season; at most the lookback.

    Raises:
        ValueError: The season is longer than the lookback, or shorter than 1.
    """
    lookback = values.shape[1]
    if not 1 <= period <= lookback:
        raise ValueError(
            f"Expected `period` from 1 to the lookback of {lookback}, received {period}."
        )
    return values[:, lookback - period + np.arange(horizon) % period]


def baselines(data: ForecastData, ridge: RidgeForecast | None = None) -> dict[str, Forecaster]:
    """The baselines for `forecast_report`, from `Windows` to forecasts, the strongest first.

    `seasonal-naive` is left out where there is no season or the lookback is shorter than one; see
    `baselines_left_out`.
    """
    period, horizon = data.seasonal_period, data.horizon
    found: dict[str, Forecaster] = {}
    if ridge is not None:
        found["ridge"] = lambda windows: ridge.predict(windows.inputs["values"])
    if 1 < period <= data.lookback:
        found["seasonal-naive"] = lambda windows: seasonal_naive(
            windows.inputs["values"], horizon, period
        )
    found["repeat"] = lambda windows: repeat_last(windows.inputs["values"], horizon)
    return found


def baselines_left_out(data: ForecastData) -> list[str]:
    """Which baselines these data could have but for the lookback, and why not; a sentence each."""
    if data.seasonal_period <= data.lookback:
        return []
    return [
        f"There is no seasonal-naive baseline: a season has {data.seasonal_period:,} rows "
        f"(data.seasonal_period), the lookback only {data.lookback:,} (data.lookback)."
    ]
