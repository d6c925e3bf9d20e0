"""How forecasters of different series are measured on the same data."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from dltemplates.data.forecast_data import ForecastData
from dltemplates.evaluation.rolling_origin import window_pairs
from dltemplates.export.forecaster import finish_forecaster
from dltemplates.layers import QuantileHead
from dltemplates.project.series_yardstick import squared_error
from dltemplates.training.forecaster_transfer import SERIES
from tests.data.small_series import small_series


def data_of(names="abc", horizon=3, rows=90, **kinds) -> ForecastData:
    return ForecastData(small_series(rows, names, **kinds), lookback=6, horizon=horizon)


def model_of(data, quantiles=()) -> keras.Model:
    """Forecasts a number of each series' own, whatever came before."""
    inputs = {
        name: keras.Input(value.shape[1:], dtype=value.dtype.name, name=name)
        for name, value in data.windows(np.array([20]), np.array([0])).inputs.items()
    }
    row = layers.Embedding(len(data.series.names), data.horizon, name=SERIES)(inputs["series"])
    forecasts = row[..., None] + 0.0 * inputs["values"][:, :1, None]
    if quantiles:
        forecasts = QuantileHead(quantiles)(ops.concatenate([forecasts, forecasts], axis=-1))
    network = keras.Model(inputs, forecasts)
    keras.utils.set_random_seed(0)
    network.get_layer(SERIES).set_weights(
        [np.random.default_rng(0).normal(size=(len(data.series.names), data.horizon))]
    )
    return finish_forecaster(network, data, None)


def measured(model, data):
    return squared_error(model, data, model_names={}, data_names={})


def table_of(model):
    network = next(layer for layer in model.layers if isinstance(layer, keras.Model))
    return network.get_layer(SERIES).get_weights()[0]


def expected_error(rows, data):
    origins, series = window_pairs(data, "test")
    windows = data.windows(origins, series)
    weights = 1.0 if windows.weights is None else windows.weights
    errors = np.square(windows.targets[..., 0] - rows[series][:, : data.horizon]) * weights
    return errors.sum() / np.sum(weights * np.ones_like(errors))


@pytest.mark.parametrize("missing", [False, True])
def test_its_own_series(missing):
    data = data_of(missing=missing)
    model = model_of(data)
    found = measured(model, data)
    assert found.value == pytest.approx(expected_error(table_of(model), data), rel=1e-5)
    assert found.items.mean() == pytest.approx(found.value)


def test_a_new_series_gets_the_mean_of_the_old_ones():
    model, data = model_of(data_of("abc")), data_of("cxa")
    table = table_of(model)
    rows = np.stack([table[2], table.mean(axis=0), table[0]])
    assert measured(model, data).value == pytest.approx(expected_error(rows, data), rel=1e-5)
    np.testing.assert_array_equal(table_of(model), table)


def test_of_a_longer_horizon_the_first_steps_count():
    model, data = model_of(data_of(horizon=5)), data_of(horizon=3)
    assert measured(model, data).value == pytest.approx(
        expected_error(table_of(model), data), rel=1e-5
    )


def test_none_where_it_cannot_answer():
    assert measured(model_of(data_of(horizon=3)), data_of(horizon=5)) is None
    assert measured(model_of(data_of()), data_of(covariates=True)) is None
    ahead = data_of(horizon=5, covariates=True)
    assert measured(model_of(ahead), data_of(covariates=True)) is None


def test_of_quantiles_the_median_counts():
    data = data_of()
    model = model_of(data, quantiles=(0.1, 0.5, 0.9))
    network = next(layer for layer in model.layers if isinstance(layer, keras.Model))
    origins, series = window_pairs(data, "test")
    windows = data.windows(origins, series)
    median = network(windows.inputs)[..., 1].numpy()
    assert measured(model, data).value == pytest.approx(
        np.square(windows.targets[..., 0] - median).mean(), rel=1e-5
    )
