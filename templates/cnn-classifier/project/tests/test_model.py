import keras
import numpy as np
import pytest
from dltemplates.training.steps import plan_steps

from my_app.data import load_data, make_batches
from my_app.model import build_model
from my_app.train import compile_model, finish_model


@pytest.fixture
def data(config):
    keras.utils.set_random_seed(0)
    return load_data(config)


def test_shapes(config, data):
    model = build_model(config, data)
    #% if network == "resnet"
    assert model.input_shape == (None, None, None, data.channels)
    #% else
    assert model.input_shape == (None, data.size, data.size, data.channels)
    #% endif
    assert model.output_shape == (None, 2)


def test_a_training_step_changes_every_weight(config, data):
    steps = plan_steps(len(data.train), 1, 8)
    training, _ = make_batches(config, data, steps)
    pixels, labels = next(iter(training))[:2]
    model = build_model(config, data)
    compile_model(model, config, steps)
    before = [weight.numpy().copy() for weight in model.trainable_weights]
    for _ in range(5):  # the first ones may be skipped while a float16 loss scale settles
        loss, _ = model.train_on_batch(pixels, labels)
    assert np.isfinite(loss)
    for old, weight in zip(before, model.trainable_weights, strict=True):
        assert np.isfinite(weight.numpy()).all()
        assert not np.array_equal(old, weight.numpy()), weight.path


def test_the_finished_model_is_saved_whole(config, data, tmp_path):
    model = finish_model(build_model(config, data), config, data)
    pixels = np.random.default_rng(0).uniform(0, 255, (2, 50, 30, data.channels))
    expected = model.predict(pixels, verbose=0)
    np.testing.assert_allclose(expected.sum(axis=1), 1.0, atol=1e-5)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    assert loaded.layers[-1].names == ["day", "night"]
    np.testing.assert_allclose(loaded.predict(pixels, verbose=0), expected, atol=1e-6)
