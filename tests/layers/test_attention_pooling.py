import keras
import numpy as np
import pytest
from keras import ops

from dltemplates.layers import AttentionPooling
from tests.layers.harness import check_layer


@pytest.fixture
def layer(rng):
    layer = AttentionPooling()
    layer.build((None, None, 4))
    layer.set_weights([rng.normal(size=4)])
    return layer


def test_harness(rng, tmp_path):
    inputs = rng.normal(size=(3, 7, 4)).astype("float32")
    check_layer(AttentionPooling, inputs, (3, 4), tmp_path, trainable=1)


def test_starts_as_the_mean(rng):
    inputs = rng.normal(size=(3, 7, 4)).astype("float32")
    np.testing.assert_allclose(AttentionPooling()(inputs), inputs.mean(axis=1), atol=1e-6)


def test_weighs_what_is_not_masked(layer, rng):
    inputs = 3.0 * rng.normal(size=(3, 7, 4)).astype("float32")
    lengths = (7, 4, 1)
    mask = np.arange(7) < np.array(lengths)[:, None]
    answer = np.asarray(layer(inputs, mask=ops.convert_to_tensor(mask)))
    for text, length, vector in zip(inputs, lengths, answer, strict=True):
        weights = np.exp(text[:length] @ layer.get_weights()[0])
        expected = (weights / weights.sum()) @ text[:length]
        np.testing.assert_allclose(vector, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_an_empty_text_becomes_zeros(rng, dtype):
    inputs = rng.normal(size=(2, 7, 4)).astype("float32")
    answer = AttentionPooling(dtype=dtype)(inputs, mask=ops.zeros((2, 7), "bool"))
    np.testing.assert_array_equal(np.asarray(answer, "float32"), np.zeros((2, 4)))


def test_the_mask_ends_here(rng):
    tokens = keras.Input((None,), dtype="int32")
    embedded = keras.layers.Embedding(9, 4, mask_zero=True)(tokens)
    pooled = AttentionPooling()(embedded)
    assert getattr(pooled, "_keras_mask", None) is None
    model = keras.Model(tokens, pooled)
    short = rng.integers(1, 9, (3, 5)).astype("int32")
    np.testing.assert_allclose(model(np.pad(short, ((0, 0), (0, 6)))), model(short), atol=1e-6)


def test_other_ranks_are_refused():
    with pytest.raises(ValueError, match="with fixed units, received"):
        AttentionPooling()(np.zeros((2, 5), "float32"))
