import keras
import numpy as np
import pytest
from keras import ops

from dltemplates.layers import ReversibleInstanceNormalization
from tests.layers.harness import check_layer


@pytest.fixture
def windows(rng):
    return rng.normal(5.0, 3.0, (6, 40)).astype("float32")


def build(windows, **options):
    """A model whose network is the identity: a forecast of the window itself."""
    normalization = ReversibleInstanceNormalization(name="normalization", **options)
    symbol = keras.Input(windows.shape[1:])
    normalised = normalization(symbol)
    return keras.Model(symbol, [normalised, normalization(normalised, inverse_for=symbol)])


@pytest.mark.parametrize(
    ("options", "trainable"),
    [({}, 0), ({"mode": "last"}, 0), ({"affine": True}, 2), ({"mode": "last", "affine": True}, 2)],
)
def test_harness(windows, tmp_path, options, trainable):
    def make(dtype):
        return ReversibleInstanceNormalization(**options, dtype=dtype)

    check_layer(make, windows - 5.0, windows.shape, tmp_path, trainable=trainable)


def test_standard_and_last(windows):
    standard = ops.convert_to_numpy(ReversibleInstanceNormalization()(windows))
    np.testing.assert_allclose(standard.mean(axis=1), 0.0, atol=1e-5)
    np.testing.assert_allclose(standard.std(axis=1), 1.0, atol=1e-4)
    last = ReversibleInstanceNormalization("last")(windows)
    np.testing.assert_allclose(last, windows - windows[:, -1:])


@pytest.mark.parametrize("mode", ["standard", "last"])
@pytest.mark.parametrize("affine", [False, True])
def test_the_inverse_undoes_it_in_a_saved_and_an_exported_model(windows, tmp_path, mode, affine):
    import tensorflow as tf

    model = build(windows, mode=mode, affine=affine)
    if affine:
        model.get_layer("normalization").set_weights([np.array([0.5]), np.array([2.0])])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    assert len(loaded.weights) == (2 if affine else 0)
    model.export(str(tmp_path / "export"), verbose=False)
    exported = tf.saved_model.load(str(tmp_path / "export"))
    normalised, _ = model(windows)
    for each in (model, loaded, exported.serve):
        np.testing.assert_allclose(each(windows)[0], normalised, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(each(windows)[1], windows, rtol=1e-4, atol=1e-4)


def test_quantiles_of_another_horizon(windows):
    layer = ReversibleInstanceNormalization()
    outputs = np.zeros((6, 7, 3), "float32")
    outputs[..., 2] = 1.0
    forecast = ops.convert_to_numpy(layer(outputs, inverse_for=windows))
    assert forecast.shape == (6, 7, 3)
    np.testing.assert_allclose(forecast[:, 3, 0], windows.mean(axis=1), rtol=1e-5)
    np.testing.assert_allclose(forecast[:, 3, 2], windows.mean(1) + windows.std(1), rtol=1e-4)


def test_a_constant_window_stays_finite():
    constant = np.full((2, 9), 4.0, "float32")
    layer = ReversibleInstanceNormalization()
    np.testing.assert_array_equal(layer(constant), np.zeros((2, 9)))
    np.testing.assert_array_equal(layer(layer(constant), inverse_for=constant), constant)


def test_statistics_are_taken_before_rounding():
    window = np.array([[10_000.0, 10_001.0, 10_002.0]], "float32")
    layer = ReversibleInstanceNormalization("last", dtype="mixed_bfloat16")
    np.testing.assert_array_equal(ops.cast(layer(window), "float32"), [[-2.0, -1.0, 0.0]])


def test_refusals():
    with pytest.raises(ValueError, match=r"Expected `mode`.*received 'mean'"):
        ReversibleInstanceNormalization("mean")
    with pytest.raises(ValueError, match="Expected `epsilon` above 0, received 0"):
        ReversibleInstanceNormalization(epsilon=0.0)
    with pytest.raises(ValueError, match=r"shape \(batch, lookback\), received \(2, 3, 4\)"):
        ReversibleInstanceNormalization()(np.zeros((2, 3, 4), "float32"))
