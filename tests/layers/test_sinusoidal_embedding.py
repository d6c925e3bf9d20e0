import keras
import numpy as np
import pytest

from dltemplates.layers import SinusoidalEmbedding
from tests.layers.harness import check_layer


def test_harness(rng, tmp_path):
    inputs = rng.normal(size=(3, 7, 6)).astype("float32")

    def make(dtype):
        return SinusoidalEmbedding(0.5, dtype=dtype)

    check_layer(make, inputs, inputs.shape, tmp_path, trainable=0)


def test_waves_as_published(rng):
    inputs = rng.normal(size=(2, 400, 8)).astype("float32")
    angles = np.arange(400)[:, None] / 10_000 ** (np.arange(4) / 4)
    waves = np.concatenate([np.sin(angles), np.cos(angles)], axis=-1)
    np.testing.assert_allclose(
        SinusoidalEmbedding(2.0)(inputs), inputs + 2.0 * waves, rtol=1e-4, atol=1e-4
    )


def test_far_positions_in_mixed_precision():
    inputs = np.zeros((1, 1000, 8), "float32")
    mixed = np.asarray(SinusoidalEmbedding(dtype="mixed_bfloat16")(inputs), "float32")
    np.testing.assert_allclose(mixed, SinusoidalEmbedding()(inputs), atol=0.01)


def test_any_length_in_one_model_and_the_mask_goes_on(rng):
    tokens = keras.Input((None,), dtype="int32")
    embedded = keras.layers.Embedding(9, 4, mask_zero=True)(tokens)
    answer = keras.layers.GlobalAveragePooling1D()(SinusoidalEmbedding()(embedded))
    model = keras.Model(tokens, answer)
    short = rng.integers(1, 9, (3, 5)).astype("int32")
    np.testing.assert_allclose(model(np.pad(short, ((0, 0), (0, 7)))), model(short), atol=1e-6)


@pytest.mark.parametrize("shape", [(2, 5), (2, 5, 3)])
def test_refusals(shape):
    with pytest.raises(ValueError, match="even and fixed units, received"):
        SinusoidalEmbedding()(np.zeros(shape, "float32"))
