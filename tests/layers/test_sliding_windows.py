import keras
import numpy as np
import pytest

from dltemplates.layers import SlidingWindows
from tests.layers.harness import check_layer


def judge(length=4, features=3, values=2, dtype="float32"):
    """A model to which every place in the window matters."""
    window = keras.Input((length, features))
    flat = keras.layers.Flatten(dtype=dtype)(window)
    answer = keras.layers.Dense(values, "tanh", dtype=dtype)(flat)
    return keras.Model(window, answer)


def one_by_one(layer, series):
    count = series.shape[1] - layer.length + 1
    windows = [series[:, start : start + layer.length] for start in range(count)]
    return np.stack([np.asarray(layer.layer(window)) for window in windows], axis=1)


def test_harness(rng, tmp_path):
    keras.utils.set_random_seed(0)
    inputs = rng.normal(size=(2, 9, 3)).astype("float32")

    def make(dtype):
        return SlidingWindows(judge(dtype=dtype), 4, batch_size=5, dtype=dtype)

    check_layer(make, inputs, (2, 6, 2), tmp_path, trainable=2)


@pytest.mark.parametrize("batch_size", [1, 3, 7, 12, 13, 512])
def test_equals_a_loop_over_the_windows(rng, batch_size):
    layer = SlidingWindows(judge(), 4, batch_size=batch_size)
    for batch, rows in ((1, 4), (1, 15), (3, 7)):
        series = rng.normal(size=(batch, rows, 3)).astype("float32")
        answer = np.asarray(layer(series))
        assert answer.shape == (batch, rows - 3, 2)
        np.testing.assert_allclose(answer, one_by_one(layer, series), atol=1e-6)


def test_one_model_takes_series_of_any_length(rng, tmp_path):
    inputs = keras.Input((None, 3))
    layer = SlidingWindows(judge(), 4, batch_size=5)
    model = keras.Model(inputs, layer(inputs))
    assert model.output_shape == (None, None, 2)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for rows in (4, 8, 23):
        series = rng.normal(size=(2, rows, 3)).astype("float32")
        expected = one_by_one(layer, series)
        for each in (model, loaded):
            np.testing.assert_allclose(each.predict(series, verbose=0), expected, atol=1e-6)


def test_an_export_takes_series_of_any_length(rng, tmp_path):
    tf = pytest.importorskip("tensorflow")
    inputs = keras.Input((None, 3))
    layer = SlidingWindows(judge(), 4, batch_size=5)
    model = keras.Model(inputs, layer(inputs))
    model.export(str(tmp_path / "1"), verbose=False)
    served = tf.saved_model.load(str(tmp_path / "1"))
    for batch, rows in ((1, 4), (2, 17)):
        series = rng.normal(size=(batch, rows, 3)).astype("float32")
        np.testing.assert_allclose(served.serve(series), one_by_one(layer, series), atol=1e-6)


def test_it_sees_no_more_windows_than_there_are(rng):
    seen = []

    class Counting(keras.layers.Layer):
        def call(self, inputs):
            seen.append(inputs.shape[0])
            return inputs[:, -1]

    SlidingWindows(Counting(), 4, batch_size=100)(rng.normal(size=(1, 6, 3)).astype("float32"))
    assert set(seen) == {3}


def test_whether_it_trains_is_passed_on(rng):
    layer = SlidingWindows(
        keras.Sequential([keras.layers.Dropout(0.5, seed=1), keras.layers.Flatten()]), 2
    )
    series = np.ones((1, 50, 1), "float32")
    assert set(np.unique(layer(series, training=False))) == {1.0}
    assert set(np.unique(layer(series, training=True))) == {0.0, 2.0}


def test_refusals():
    for length, batch_size in ((0, 1), (1, 0)):
        with pytest.raises(ValueError, match="at least 1"):
            SlidingWindows(judge(), length, batch_size)
    for shape in ((2, 3, 3), (2, 3)):
        with pytest.raises(ValueError, match="4 rows or more"):
            SlidingWindows(judge(), 4)(np.zeros(shape, "float32"))
