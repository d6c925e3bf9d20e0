import keras
import numpy as np
import pandas as pd
import pytest
from keras import ops

from dltemplates.layers import ForwardFill
from tests.layers.harness import check_layer


@pytest.fixture
def gappy(rng):
    """Series with gaps at the start, in the middle and throughout, an infinity among them."""
    values = rng.normal(size=(4, 13, 3)).astype("float32")
    values[rng.random(values.shape) < 0.4] = np.nan
    values[0, :5, 0] = np.nan
    values[1, :, 1] = np.nan
    values[1, 0, 1] = np.inf
    values[2, 4, 2] = np.inf
    return values


def by_pandas(values):
    filled = np.empty_like(values)
    for index in np.ndindex(values.shape[0], values.shape[2]):
        column = pd.Series(values[index[0], :, index[1]]).replace([np.inf, -np.inf], np.nan)
        filled[index[0], :, index[1]] = column.ffill().bfill().fillna(0.0)
    return filled


def test_harness(gappy, tmp_path):
    check_layer(ForwardFill, gappy, gappy.shape, tmp_path, trainable=0)


@pytest.mark.parametrize("length", [1, 2, 7, 13])
def test_equals_pandas_ffill(gappy, length):
    values = gappy[:, :length]
    np.testing.assert_array_equal(ForwardFill()(values), by_pandas(values))


def test_two_axes(gappy):
    answer = ForwardFill()(gappy[..., 0])
    np.testing.assert_array_equal(answer, by_pandas(gappy)[..., 0])


def test_gradients_reach_only_what_was_taken():
    """Through a gap the gradient goes to the value that fills it, and is never NaN."""
    import tensorflow as tf

    values = tf.constant([[1.0, np.nan, np.nan, 2.0]])
    with tf.GradientTape() as tape:
        tape.watch(values)
        total = tf.reduce_sum(ForwardFill()(values))
    np.testing.assert_array_equal(tape.gradient(total, values), [[3.0, 0.0, 0.0, 1.0]])


def test_a_symbolic_batch(gappy):
    symbol = keras.Input(gappy.shape[1:])
    model = keras.Model(symbol, ForwardFill()(symbol))
    np.testing.assert_array_equal(
        ops.convert_to_numpy(model(gappy)), model.predict(gappy, batch_size=3, verbose=0)
    )


def test_refuses_inputs_without_time():
    for shape in ((None,), (None, None, 2), (None, 0)):
        with pytest.raises(ValueError, match=r"shape \(batch, time, \.\.\.\), with a fixed time"):
            ForwardFill().build(shape)
