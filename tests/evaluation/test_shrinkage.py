import keras
import numpy as np
import pytest
from keras import layers

from dltemplates.data.forecast_data import ForecastData
from dltemplates.evaluation.shrinkage import shrink
from tests.data.small_series import small_series

HORIZON = 4
LOSS = keras.losses.MeanSquaredError(reduction="none")


def sawtooth(noise: float = 0.0) -> ForecastData:
    """A series that goes down by half a step after every step up."""
    series = small_series(rows=600, names="a")
    up = np.arange(600) % 2
    series.values[:] = up + noise * np.random.default_rng(0).normal(size=600)
    return ForecastData(series, lookback=8, horizon=HORIZON)


def network_that_adds(weight: float) -> keras.Model:
    """The last value, and beside it `weight` times the last change, up and down in turn."""
    values = keras.Input((8,), name="values")
    series = keras.Input((), dtype="int32", name="series")
    change = values[:, -2:-1] - values[:, -1:]
    residual = layers.Dense(HORIZON, use_bias=False, name="residual")
    network = keras.Model(
        {"values": values, "series": series}, (values[:, -1:] + residual(change))[..., None]
    )
    residual.set_weights([weight * np.array([[1.0, 0.0, 1.0, 0.0]])])
    return network


@pytest.mark.parametrize(("weight", "share"), [(1.0, 1.0), (2.0, 0.5), (1.3, 0.75), (-1.0, 0.0)])
def test_the_best_share_in_validation(weight, share, caplog):
    caplog.set_level("INFO", "dltemplates")
    network = network_that_adds(weight)
    residual = network.get_layer("residual")
    assert shrink(residual, network, sawtooth(), LOSS) == share
    np.testing.assert_allclose(residual.get_weights()[0][0, 0], weight * share)
    assert ("the forecast is the regression's" in caplog.text) == (share == 0.0)


def test_luck_is_not_enough(caplog):
    """Noise has nothing to find; whatever seems to gain a little is silenced, and that is said."""
    caplog.set_level("INFO", "dltemplates")
    series = small_series(rows=600, names="a")
    series.values[:] = np.random.default_rng(1).normal(size=600).cumsum()
    data = ForecastData(series, lookback=8, horizon=HORIZON)
    for weight in (-0.02, 0.02):
        network = network_that_adds(weight)
        assert shrink(network.get_layer("residual"), network, data, LOSS) == 0.0
    assert caplog.text.count("the forecast is the regression's") == 2


def test_the_test_rows_have_no_part():
    data = sawtooth()
    data.scaled[:, data.splits["test"].start :] = 1e6
    network = network_that_adds(1.0)
    assert shrink(network.get_layer("residual"), network, data, LOSS) == 1.0
