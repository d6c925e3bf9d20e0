import keras
import numpy as np
import pytest

from dltemplates.layers import PositionEmbedding
from tests.layers.harness import check_layer


def test_harness(rng, tmp_path):
    inputs = rng.normal(size=(3, 5, 4)).astype("float32")
    check_layer(
        lambda dtype: PositionEmbedding(dtype=dtype), inputs, (3, 5, 4), tmp_path, trainable=1
    )


def test_each_position_gets_its_own_vector(rng):
    layer = PositionEmbedding(initializer="random_normal")
    added = np.asarray(layer(np.zeros((2, 5, 4), "float32")))
    np.testing.assert_array_equal(added[0], added[1])
    assert len(np.unique(added[0].round(6), axis=0)) == 5


@pytest.mark.parametrize("shape", [(2, 5), (2, 5, 4, 1)])
def test_other_ranks_are_refused(shape):
    with pytest.raises(ValueError, match=r"shape \(batch, positions, units\)"):
        PositionEmbedding()(np.zeros(shape, "float32"))


def test_harness_with_a_length(rng, tmp_path):
    inputs = rng.normal(size=(3, 5, 4)).astype("float32")

    def make(dtype):
        return PositionEmbedding(length=8, dtype=dtype)

    check_layer(make, inputs, (3, 5, 4), tmp_path, trainable=1)


def test_sequences_up_to_the_length(rng):
    inputs = keras.Input((None, 4))
    layer = PositionEmbedding("random_normal", length=8)
    model = keras.Model(inputs, layer(inputs))
    vectors = layer.get_weights()[0]
    assert vectors.shape == (8, 4)
    for length in (1, 5, 8):
        values = rng.normal(size=(2, length, 4)).astype("float32")
        np.testing.assert_allclose(model(values), values + vectors[:length], rtol=1e-6)


def test_a_saved_layer_without_a_length_still_loads():
    config = PositionEmbedding().get_config()
    del config["length"]
    assert PositionEmbedding.from_config(config).length is None


def test_lengths_that_cannot_be():
    with pytest.raises(ValueError, match="`length` of at least 1, received 0"):
        PositionEmbedding(length=0)
    with pytest.raises(ValueError, match="at most 4 positions, received 5"):
        PositionEmbedding(length=4)(np.zeros((2, 5, 3), "float32"))
    with pytest.raises(ValueError, match="units fixed, received"):
        PositionEmbedding(length=4).build((None, None, None))
