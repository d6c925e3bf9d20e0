"""How series become windows."""

import keras
import tensorflow as tf
from dltemplates.data.forecast_data import ForecastData
from dltemplates.data.series_batches import evaluation_batches, training_batches
from dltemplates.data.series_source import load_series
from dltemplates.data.time_series import TimeSeries

from .config import Config


def load_data(config: Config) -> ForecastData:
    """Reads the series and divides them in time; the scaler sees the training rows alone."""
    data = config.data
    return ForecastData(
        read_series(config),
        lookback=data.lookback,
        horizon=data.horizon,
        validation_fraction=data.validation_fraction,
        test_fraction=data.test_fraction,
        train_end=data.train_end,
        validation_end=data.validation_end,
        test_end=data.test_end,
        gap=data.gap,
        seasonal_period=data.seasonal_period,
    )


def read_series(config: Config) -> TimeSeries:
    """Reads the series, on one regular grid of times."""
    data = config.data
    return load_series(
        data.source,
        path=data.path,
        name=data.name,
        data_dir=data.data_dir,
        timestamp=data.timestamp,
        targets=data.targets,
        past=data.past,
        known=data.known,
        static=data.static,
        series_id=data.series_id,
        value=data.value,
        frequency=data.frequency,
        missing_limit=data.missing_limit,
        calendar=data.calendar,
    )


def make_inputs(data: ForecastData) -> dict[str, keras.KerasTensor]:
    """The network's inputs; `history`, `known` and `static` only where there are such features."""
    inputs = {
        "values": keras.Input((data.lookback,), name="values"),
        "series": keras.Input((), dtype="int32", name="series"),
    }
    features = {
        "history": (data.lookback, len(data.history_features)),
        "known": (data.horizon, len(data.known_features)),
        "static": (len(data.static_features),),
    }
    for name, shape in features.items():
        if shape[-1]:
            inputs[name] = keras.Input(shape, name=name)
    return inputs


def make_batches(
    config: Config, data: ForecastData, first_step: int = 0
) -> tuple[tf.data.Dataset, tf.data.Dataset]:
    """Endless shuffled training windows, and the validation windows once.

    Inputs are a dictionary, see `dltemplates.data.forecast_data.Windows`; targets are scaled,
    `(batch, horizon, 1)`.
    """
    batch_size = config.train.batch_size
    training = training_batches(data, batch_size, config.train.seed, first_step=first_step)
    return training, evaluation_batches(data, "validation", 4 * batch_size)
