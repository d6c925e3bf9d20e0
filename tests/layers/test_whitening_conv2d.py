import numpy as np
import pytest
from keras import ops

from dltemplates.layers import WhiteningConv2D
from tests.layers.harness import check_layer


@pytest.fixture
def images(rng):
    """Images whose neighbouring pixels are alike, as in photographs."""
    noise = rng.normal(1.0, 2.0, size=(64, 13, 13, 3))
    return (noise[:, 1:, 1:] + noise[:, :-1, 1:] + noise[:, 1:, :-1]).astype("float32")


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({"filters": 32}, (4, 10, 10, 32)),
        ({"filters": 24, "kernel_size": 2, "strides": 2}, (4, 6, 6, 24)),
    ],
)
def test_harness(images, tmp_path, options, shape):
    def make(dtype):
        return WhiteningConv2D(**options, dtype=dtype)

    check_layer(make, images[:4], shape, tmp_path, trainable=0, non_trainable=2)


def test_adapted_patches_are_centred_and_decorrelated_with_unit_variance(images):
    layer = WhiteningConv2D(24, kernel_size=2, epsilon=1e-6)
    layer.adapt(images)
    answer = ops.convert_to_numpy(layer(images)).reshape(-1, 24)
    np.testing.assert_allclose(answer.mean(axis=0), 0.0, atol=1e-3)
    np.testing.assert_allclose(np.cov(answer[:, :12], rowvar=False), np.eye(12), atol=2e-2)
    np.testing.assert_allclose(answer[:, 12:], -answer[:, :12], atol=1e-3)


def test_the_leading_directions_are_kept(images):
    few, all_of_them = WhiteningConv2D(4, kernel_size=2), WhiteningConv2D(24, kernel_size=2)
    few.adapt(images)
    all_of_them.adapt(images)
    np.testing.assert_allclose(few(images)[..., :2], all_of_them(images)[..., :2], atol=1e-4)


def test_refusals():
    with pytest.raises(ValueError, match="at least 2 pixels"):
        WhiteningConv2D(4, kernel_size=2).adapt(np.zeros((3, 1, 8, 3)))
    with pytest.raises(ValueError, match="at least 1, received 0"):
        WhiteningConv2D(4, kernel_size=0)
    with pytest.raises(ValueError, match="even number of `filters`, received 5"):
        WhiteningConv2D(5)
    with pytest.raises(ValueError, match=r"at most 18 `filters`.*received 32"):
        WhiteningConv2D(32).build((None, 8, 8, 1))
