import keras
import numpy as np
import pytest
from keras import ops

from dltemplates.data.forecast_data import Windows
from dltemplates.evaluation.conformal import SPREAD_FLOOR, ConformalIntervals
from dltemplates.layers import PredictionInterval

BATCH, LOOKBACK, HORIZON, SERIES = 5, 12, 4, 3


@pytest.fixture
def margins(rng):
    return rng.normal(0.5, 0.5, (SERIES, HORIZON)).astype("float32")


@pytest.fixture
def window(rng):
    window = rng.normal(size=(BATCH, LOOKBACK, SERIES)).astype("float32")
    window[0, :, 0] = 2.0
    return window


def forecasts_of(rng, bounds):
    shape = (BATCH, HORIZON, SERIES) if bounds is None else (BATCH, HORIZON, SERIES, 3)
    return np.sort(rng.normal(size=shape), axis=-1 if bounds else 0).astype("float32")


def by_numpy(margins, bounds, forecasts, window):
    """The same from the evaluation, which has a window a series."""
    folded = Windows(
        {
            "values": window.transpose(0, 2, 1).reshape(-1, LOOKBACK),
            "series": np.tile(np.arange(SERIES), BATCH),
        }
    )
    each = forecasts.swapaxes(1, 2).reshape(BATCH * SERIES, HORIZON, *forecasts.shape[3:])
    ends = ConformalIntervals(0.9, margins, bounds, 1).around(each, folded)
    return ends.reshape(BATCH, SERIES, HORIZON, 2).swapaxes(1, 2)


@pytest.mark.parametrize("bounds", [None, (0, 2)])
def test_equals_the_evaluation_also_when_saved_and_exported(rng, tmp_path, margins, window, bounds):
    import tensorflow as tf

    forecasts = forecasts_of(rng, bounds)
    expected = by_numpy(margins, bounds, forecasts, window)
    layer = PredictionInterval(margins, 0.9, bounds, SPREAD_FLOOR, name="interval")
    symbols = [keras.Input(forecasts.shape[1:]), keras.Input(window.shape[1:])]
    model = keras.Model(symbols, layer(symbols[0], window=symbols[1]))
    assert model.output_shape == (None, HORIZON, SERIES, 2)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    assert loaded.get_layer("interval").get_config() == layer.get_config()
    model.export(str(tmp_path / "export"), verbose=False)
    exported = tf.saved_model.load(str(tmp_path / "export"))
    answers = [
        layer(forecasts, window=window),
        loaded.predict([forecasts, window], verbose=0),
        exported.serve([forecasts, window]),
    ]
    for answer in answers:
        np.testing.assert_allclose(answer, expected, rtol=1e-5, atol=1e-5)


def test_half_precision(rng, margins, window):
    layer = PredictionInterval(margins, 0.9, dtype="mixed_bfloat16")
    forecasts = forecasts_of(rng, None)
    answer = layer(forecasts, window=window)
    assert keras.backend.standardize_dtype(answer.dtype) == "bfloat16"
    expected = by_numpy(margins, None, forecasts, window)
    np.testing.assert_allclose(ops.cast(answer, "float32"), expected, rtol=1e-2, atol=1e-2)


def test_refusals(rng, margins, window):
    for wrong in ([1.0, 2.0], [], [[np.nan]]):
        with pytest.raises(ValueError, match=r"Expected finite `margins` of shape"):
            PredictionInterval(wrong, 0.9)
    with pytest.raises(ValueError, match="Expected `coverage` between 0 and 1, received 90"):
        PredictionInterval(margins, 90)
    with pytest.raises(ValueError, match=r"forecasts of shape \(batch, 4, 3\), received"):
        PredictionInterval(margins, 0.9)(np.zeros((5, 3, 4)), window=window)
    with pytest.raises(ValueError, match=r"forecasts of shape \(batch, 4, 3, quantiles\)"):
        PredictionInterval(margins, 0.9, (0, 1))(np.zeros((5, 4, 3)), window=window)
    with pytest.raises(ValueError, match=r"window of shape \(batch, lookback, 3\), received"):
        PredictionInterval(margins, 0.9)(np.zeros((5, 4, 3)), window=window[..., :2])
