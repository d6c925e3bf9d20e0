import keras
import numpy as np
import pytest
from keras import ops

from dltemplates.layers import MaskedMaxPooling1D
from tests.layers.harness import check_layer


def test_harness(rng, tmp_path):
    inputs = rng.normal(size=(3, 7, 4)).astype("float32")
    check_layer(MaskedMaxPooling1D, inputs, (3, 4), tmp_path, trainable=0)


@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_takes_what_is_not_masked(rng, dtype):
    inputs = rng.integers(-50, 50, (3, 7, 4)).astype("float32")
    mask = np.arange(7) < np.array([7, 4, 0])[:, None]
    answer = MaskedMaxPooling1D(dtype=dtype)(inputs, mask=ops.convert_to_tensor(mask))
    expected = [inputs[0].max(axis=0), inputs[1, :4].max(axis=0), np.zeros(4)]
    np.testing.assert_array_equal(np.asarray(answer, "float32"), expected)


def test_gradients_are_finite_when_all_is_masked(rng):
    tf = pytest.importorskip("tensorflow")
    inputs = tf.constant(rng.normal(size=(2, 5, 3)).astype("float32"))
    mask = tf.constant([[True, True, False, False, False], [False] * 5])
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        total = tf.reduce_sum(MaskedMaxPooling1D()(inputs, mask=mask))
    gradient = tape.gradient(total, inputs).numpy()
    assert gradient[0, :2].sum() == 3.0
    assert not gradient[0, 2:].any() and not gradient[1].any()


def test_the_mask_ends_here(rng):
    tokens = keras.Input((None,), dtype="int32")
    embedded = keras.layers.Embedding(9, 4, mask_zero=True)(tokens)
    pooled = MaskedMaxPooling1D()(embedded)
    assert getattr(pooled, "_keras_mask", None) is None
    model = keras.Model(tokens, pooled)
    short = rng.integers(1, 9, (3, 5)).astype("int32")
    np.testing.assert_array_equal(model(np.pad(short, ((0, 0), (0, 6)))), model(short))


def test_other_ranks_are_refused():
    with pytest.raises(ValueError, match=r"shape \(batch, length, units\), received"):
        MaskedMaxPooling1D()(np.zeros((2, 5), "float32"))
