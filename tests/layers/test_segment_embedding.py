import numpy as np
import pytest
from keras import ops

from dltemplates.layers import SegmentEmbedding
from tests.layers.harness import check_layer


@pytest.mark.parametrize(
    ("shape", "segments"),
    [((5, 24), 3), ((5, 17, 2), 3), ((5, 3), 1)],
)
def test_harness(rng, tmp_path, shape, segments):
    windows = rng.normal(size=shape).astype("float32")

    def make(dtype):
        return SegmentEmbedding(6, 8, dropout=0.5, activation="tanh", dtype=dtype)

    check_layer(make, windows, (5, segments, 6), tmp_path, trainable=2)


def test_a_token_is_a_projection_of_its_own_rows_only(rng):
    windows = rng.normal(size=(3, 12, 2)).astype("float32")
    layer = SegmentEmbedding(5, 4)
    tokens = ops.convert_to_numpy(layer(windows))
    kernel = ops.convert_to_numpy(layer.kernel)
    expected = np.maximum(windows[:, 4:8].reshape(3, 8) @ kernel, 0.0)
    np.testing.assert_allclose(tokens[:, 1], expected, rtol=1e-5, atol=1e-6)


def test_padding_repeats_the_first_row_in_front(rng):
    windows = rng.normal(size=(3, 10, 2)).astype("float32")
    layer = SegmentEmbedding(5, 4)
    padded = np.concatenate([windows[:, :1], windows[:, :1], windows], axis=1)
    np.testing.assert_allclose(layer(windows), layer(padded), rtol=1e-6)


def test_dropout_only_in_training(rng):
    windows = rng.normal(size=(8, 16)).astype("float32")
    layer = SegmentEmbedding(32, 4, dropout=0.5, activation=None)
    np.testing.assert_array_equal(layer(windows), layer(windows))
    dropped = ops.convert_to_numpy(layer(windows, training=True)) == 0.0
    assert 0.4 < dropped.mean() < 0.6


def test_refusals():
    with pytest.raises(ValueError, match="at least 1, received 8 and 0"):
        SegmentEmbedding(8, 0)
    with pytest.raises(ValueError, match=r"Expected `dropout` in \[0, 1\), received 1"):
        SegmentEmbedding(8, 4, dropout=1.0)
    for shape in ((None, None), (None, None, 2), (None, 2, 3, 4)):
        with pytest.raises(ValueError, match="fixed lookback, received"):
            SegmentEmbedding(8, 4).build(shape)
