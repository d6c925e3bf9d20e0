"""Held-out windows of series that exports are measured on."""

import keras
import numpy as np

from dltemplates.data.forecast_data import ForecastData
from dltemplates.errors import DataError
from dltemplates.export.forecaster import raw_window
from dltemplates.project.measured_items import Answer, MeasuredItems, evenly

_MOST = 1_000


def measured_windows(model: keras.Model, data: ForecastData) -> MeasuredItems:
    """Windows of the test split, and the mean squared error in units of the data's scale."""
    if not data.splits["test"]:
        raise DataError("There are no test rows.", hint="Leave rows for the test split.")
    origins = data.origins("test")
    chosen = np.asarray(origins)[evenly(len(origins), _MOST)]
    windows = [raw_window(data.series, data.lookback, data.horizon, int(each)) for each in chosen]
    inputs = {name: np.concatenate([each[name] for each in windows]) for name in windows[0]}
    truth = np.stack([data.series.values[:, o : o + data.horizon].T for o in chosen])

    def error(answer: Answer) -> float:
        return float(np.nanmean(np.square((answer["forecast"] - truth) / data.scale)))

    return MeasuredItems(inputs, ("serving_default", inputs), "MSE, scaled", error)
