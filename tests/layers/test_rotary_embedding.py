import numpy as np
import pytest

from dltemplates.layers import RotaryEmbedding
from tests.layers.harness import check_layer


def test_harness(rng, tmp_path):
    inputs = rng.normal(size=(3, 7, 2, 4)).astype("float32")
    check_layer(RotaryEmbedding, inputs, inputs.shape, tmp_path, trainable=0)


def test_turns_pairs_as_complex_numbers(rng):
    inputs = rng.normal(size=(2, 50, 3, 8)).astype("float32")
    speeds = 100.0 ** (-np.arange(4) / 4)
    turn = np.exp(1j * np.arange(50)[:, None] * speeds)[:, None]
    turned = (inputs[..., :4] + 1j * inputs[..., 4:]) * turn
    expected = np.concatenate([turned.real, turned.imag], axis=-1)
    np.testing.assert_allclose(RotaryEmbedding(100.0)(inputs), expected, rtol=1e-4, atol=1e-4)


def test_dot_products_depend_on_the_distance_only(rng):
    query, key = rng.normal(size=(2, 1, 1, 1, 8)).astype("float32")
    queries, keys = (np.tile(value, (1, 40, 1, 1)) for value in (query, key))
    layer = RotaryEmbedding()
    products = np.asarray(layer(queries))[0, :, 0] @ np.asarray(layer(keys))[0, :, 0].T
    for distance in (-7, 0, 3):
        diagonal = np.diagonal(products, distance)
        np.testing.assert_allclose(diagonal, diagonal[0], rtol=1e-4, atol=1e-4)
    assert np.ptp(products[0]) > 0.1


def test_far_positions_in_mixed_precision(rng):
    inputs = np.tile(rng.normal(size=(1, 1, 1, 4)), (1, 1000, 1, 1)).astype("float32")
    mixed = np.asarray(RotaryEmbedding(dtype="mixed_bfloat16")(inputs), "float32")
    np.testing.assert_allclose(mixed, RotaryEmbedding()(inputs), atol=0.05)


def test_refusals(rng):
    with pytest.raises(ValueError, match="`base` above 1, received 1"):
        RotaryEmbedding(1)
    for shape in ((2, 5, 4), (2, 5, 2, 3)):
        with pytest.raises(ValueError, match="with an even size, received"):
            RotaryEmbedding()(np.zeros(shape, "float32"))
