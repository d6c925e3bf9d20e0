import keras
import numpy as np
import pytest
#% if kind == "series"
from dltemplates.export.anomaly_detector import finish_sensor_detector, sensor_names
#% else
from dltemplates.export.anomaly_detector import finish_table_detector, sensor_names
#% endif

from my_app.data import load_data, make_batches
from my_app.model import build_model
from my_app.train import compile_model


@pytest.fixture
def data(config):
    keras.utils.set_random_seed(0)
    return load_data(config)


def test_shapes(config, data):
    model = build_model(config, data)
    #% if kind == "series"
    assert model.input_shape == model.output_shape == (None, 15, 3)
    #% else
    assert model.input_shape == model.output_shape == (None, 4)
    #% endif
    #% if network != "denoising"
    assert model.get_layer("code").output.shape == (None, config.model.code)
    #% endif


def test_a_training_step_changes_every_weight(config, data):
    training, _ = make_batches(config, data)
    model = build_model(config, data)
    compile_model(model, config, steps=20)
    before = [weight.numpy().copy() for weight in model.trainable_weights]
    #% if network == "denoising"
    for batch in training.take(3):  # what feeds a layer of zeros moves after that layer
        loss = model.train_on_batch(*batch)
    #% else
    for batch in training.take(1):
        loss = model.train_on_batch(*batch)
    #% endif
    assert np.isfinite(loss).all()
    for old, weight in zip(before, model.trainable_weights, strict=True):
        assert np.isfinite(weight.numpy()).all()
        assert not np.array_equal(old, weight.numpy()), weight.path


#% if kind == "series"
def test_the_finished_detector_is_saved_whole(config, data, tmp_path):
    network = build_model(config, data)
    detector = finish_sensor_detector(network, data, config.model.score, 0.05)
    values = data.values(data.splits["test"])[None, :100].copy()
    values[0, 40, 1] = np.nan
    expected = detector(values)
    assert expected["score"].shape == expected["alarm"].shape == (1, 86)
    assert expected["attribution"].shape == (1, 86, 3)
    #% else
def test_the_finished_detector_is_saved_whole(config, data, tmp_path):
    network = build_model(config, data)
    detector = finish_table_detector(network, data, config.model.score, 0.05)
    values = data.table.values[data.rows("test")[:50]]
    values[7, 1] = np.nan
    expected = detector(values)
    assert expected["score"].shape == expected["alarm"].shape == (50,)
    assert expected["attribution"].shape == (50, 4)
    #% endif
    assert (expected["score"].numpy() >= 0.0).all() and (expected["score"].numpy() <= 1.0).all()

    detector.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    assert sensor_names(loaded) == data.names
    for name, answers in loaded(values).items():
        np.testing.assert_allclose(answers, expected[name], rtol=1e-4, atol=1e-5)
