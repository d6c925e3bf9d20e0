import numpy as np
import pytest
from keras import ops

from dltemplates.layers import WhiteningConv2D
from tests.layers.harness import check_layer


@pytest.fixture
def images(rng):
    """Images whose neighbouring pixels are alike, as in photographs."""
    noise = rng.normal(size=(64, 13, 13, 3))
    return (noise[:, 1:, 1:] + noise[:, :-1, 1:] + noise[:, 1:, :-1]).astype("float32")


def test_harness(images, tmp_path):
    check_layer(
        WhiteningConv2D, images[:4], (4, 11, 11, 24), tmp_path, trainable=1, non_trainable=1
    )


def test_harness_with_strides_and_no_bias(images, tmp_path):
    def make(dtype):
        return WhiteningConv2D(kernel_size=3, strides=2, use_bias=False, dtype=dtype)

    check_layer(make, images[:4], (4, 5, 5, 54), tmp_path, trainable=0, non_trainable=1)


def test_adapted_patches_are_decorrelated_with_unit_variance(images):
    layer = WhiteningConv2D(epsilon=1e-6)
    layer.adapt(images)
    answer = ops.convert_to_numpy(layer(images)).reshape(-1, 24)
    covariance = np.cov(answer[:, :12], rowvar=False)
    np.testing.assert_allclose(covariance, np.eye(12), atol=2e-2)
    np.testing.assert_allclose(answer[:, 12:], -answer[:, :12], atol=1e-4)


def test_refuses_images_smaller_than_a_patch():
    with pytest.raises(ValueError, match="at least 2 pixels"):
        WhiteningConv2D().adapt(np.zeros((3, 1, 8, 3)))


def test_refuses_a_kernel_of_size_zero():
    with pytest.raises(ValueError, match="at least 1, received 0"):
        WhiteningConv2D(kernel_size=0)
