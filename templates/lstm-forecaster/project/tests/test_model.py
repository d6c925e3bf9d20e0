import keras
import numpy as np
import pytest
from dltemplates.evaluation.conformal import ConformalIntervals
from dltemplates.export.forecaster import finish_forecaster, raw_window

from my_app.data import load_data, make_batches
from my_app.model import build_model
from my_app.train import compile_model


@pytest.fixture
def data(config):
    keras.utils.set_random_seed(0)
    return load_data(config)


def test_shapes(config, data):
    model = build_model(config, data)
    #% if output == "quantiles"
    assert model.output_shape == (None, 30, len(config.model.quantiles))
    #% else
    assert model.output_shape == (None, 30, 1)
    #% endif


def test_a_training_step_changes_every_weight(config, data):
    training, _ = make_batches(config, data)
    model = build_model(config, data)
    compile_model(model, config)
    before = [weight.numpy().copy() for weight in model.trainable_weights]
    for batch in training.take(3):  # what feeds a layer of zeros moves after that layer
        loss = model.train_on_batch(*batch)
    assert np.isfinite(loss).all()
    for old, weight in zip(before, model.trainable_weights, strict=True):
        assert np.isfinite(weight.numpy()).all()
        assert not np.array_equal(old, weight.numpy()), weight.path


#% if network == "segment"
def test_before_training_it_is_the_linear_map(config, data):
    model = build_model(config, data)
    windows = data.windows(np.array([600, 700]), np.array([0, 1]))
    #% if output == "quantiles"
    forecasts = model(windows.inputs)[..., config.model.quantiles.index(0.5)]
    #% else
    forecasts = model(windows.inputs)[..., 0]
    #% endif
    values = windows.inputs["values"]
    linear = model.get_layer("linear")
    expected = linear(values - values[:, -1:]) + values[:, -1:]
    np.testing.assert_allclose(forecasts, expected, rtol=1e-4, atol=1e-4)


#% endif
def test_the_finished_model_is_saved_whole(config, data, tmp_path):
    #% if output == "quantiles"
    bounds = (0, len(config.model.quantiles) - 1)
    #% else
    bounds = None
    #% endif
    intervals = ConformalIntervals(0.9, np.ones((2, 30), "float32"), bounds, 100)
    model = finish_forecaster(build_model(config, data), data, intervals)
    window = raw_window(data.series, 48, 30, origin=800)
    expected = model(window)
    assert expected["forecast"].shape == (1, 30, 2)
    assert (expected["upper"] >= expected["forecast"]).numpy().all()
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    assert loaded.get_layer("scaling").names == ["north", "south"]
    for name, values in loaded(window).items():
        np.testing.assert_allclose(values, expected[name], rtol=1e-5)
