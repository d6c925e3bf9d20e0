import keras
import numpy as np
import pytest
from keras import ops

from dltemplates.layers import BatchNormalization
from tests.layers.harness import check_layer


@pytest.fixture
def images(rng):
    return rng.normal(2.0, 3.0, (6, 5, 4, 3)).astype("float32")


def test_harness(images, tmp_path):
    check_layer(BatchNormalization, images, images.shape, tmp_path, trainable=2, non_trainable=2)


def test_harness_for_vectors(rng, tmp_path):
    vectors = rng.normal(size=(8, 3)).astype("float32")
    check_layer(BatchNormalization, vectors, vectors.shape, tmp_path, trainable=2, non_trainable=2)


@pytest.mark.parametrize("options", [{}, {"scale": False}, {"center": False}, {"epsilon": 0.1}])
def test_answers_and_statistics_equal_those_of_keras(images, options):
    ours = BatchNormalization(momentum=0.8, **options)
    reference = keras.layers.BatchNormalization(momentum=0.8, **options)
    for _ in range(3):
        left, right = ours(images, training=True), reference(images, training=True)
        np.testing.assert_allclose(left, right, atol=1e-5)
    np.testing.assert_allclose(ours.moving_mean, reference.moving_mean, rtol=1e-5)
    np.testing.assert_allclose(ours.moving_variance, reference.moving_variance, rtol=1e-5)
    np.testing.assert_allclose(ours(images), reference(images), atol=1e-5)


def test_statistics_stay_in_float32_under_bfloat16(images):
    layer = BatchNormalization(dtype="mixed_bfloat16")
    layer(images, training=True)
    exact = BatchNormalization()
    exact(images, training=True)
    assert keras.backend.standardize_dtype(layer.moving_mean.dtype) == "float32"
    np.testing.assert_allclose(layer.moving_variance, exact.moving_variance, rtol=2e-2)


def test_frozen_layer_keeps_its_statistics(images):
    layer = BatchNormalization()
    layer.build(images.shape)
    layer.trainable = False
    layer(images, training=True)
    assert not ops.convert_to_numpy(layer.moving_mean).any()


def test_refuses_a_momentum_of_one():
    with pytest.raises(ValueError, match=r"Expected `momentum` in \[0, 1\), received 1"):
        BatchNormalization(momentum=1.0)
