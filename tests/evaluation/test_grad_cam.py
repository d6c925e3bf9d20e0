import keras
import numpy as np
import pytest
from keras import layers

from dltemplates.evaluation.grad_cam import GradCAM
from dltemplates.evaluation.thumbnails import overlay, thumbnail


def detector(inside=False):
    """Class 0 is brightness in the left half, class 1 in the right half; by hand, not learned."""
    pixels = keras.Input((16, 16, 1))
    body = layers.Conv2D(1, 3, padding="same", kernel_initializer="ones", use_bias=False)
    maps = layers.AveragePooling2D(2)(body(pixels))
    if inside:  # as the backbones of keras.applications are
        maps = keras.Model(pixels, maps, name="backbone")(pixels)
    flat = layers.Flatten()(maps)
    dense = layers.Dense(2, use_bias=False)
    network = keras.Model(pixels, dense(flat))
    weights = np.zeros((8, 8, 1, 2), "float32")
    weights[:, :4, :, 0] = weights[:, 4:, :, 1] = 1.0
    dense.set_weights([weights.reshape(64, 2)])
    return network


def spot(row, column):
    image = np.zeros((16, 16, 1), "uint8")
    image[row : row + 3, column : column + 3] = 255
    return image


@pytest.mark.parametrize("inside", [False, True])
def test_it_is_bright_where_the_class_is(inside):
    images = np.stack([spot(2, 3), spot(10, 12)])
    heat = GradCAM(detector(inside))(images, np.array([0, 1]))
    assert heat.shape == (2, 8, 8) and heat.max() == 1.0 and heat.min() == 0.0
    assert np.unravel_index(heat[0].argmax(), (8, 8))[0] <= 2
    assert np.unravel_index(heat[1].argmax(), (8, 8))[1] >= 5


def test_against_the_definition(rng):
    """Maps weighed by the mean of their gradients, as the paper has it."""
    pixels = keras.Input((8, 8, 3))
    maps = layers.Conv2D(4, 3, activation="tanh")(pixels)
    pooled = layers.GlobalAveragePooling2D()(maps)
    head = layers.Dense(5)
    network = keras.Model(pixels, head(pooled))
    images = rng.normal(size=(3, 8, 8, 3)).astype("float32")
    classes = np.array([4, 0, 2])
    values = keras.Model(pixels, maps)(images).numpy()
    weights = head.kernel.numpy()[:, classes].T / 36  # the gradient of a mean over 36 places
    expected = np.maximum(np.einsum("nc,nhwc->nhw", weights, values), 0)
    expected /= np.maximum(expected.max(axis=(1, 2), keepdims=True), 1e-12)
    np.testing.assert_allclose(GradCAM(network)(images, classes), expected, atol=1e-5)


def test_what_nothing_speaks_for_is_dark():
    heat = GradCAM(detector())(np.zeros((1, 16, 16, 1), "uint8"), np.array([0]))
    assert np.all(heat == 0)


def test_the_network_is_left_as_it_was():
    network = detector(inside=True)
    before = [layer.name for layer in network.layers]
    GradCAM(network)
    assert [layer.name for layer in network.layers] == before
    assert network.count_params() == 9 + 128


def test_a_network_without_maps_is_refused():
    dense = keras.Sequential([keras.Input((4, 4, 1)), layers.Flatten(), layers.Dense(2)])
    with pytest.raises(ValueError, match="feature maps"):
        GradCAM(dense)


@pytest.mark.parametrize("shape", [(8, 8, 1), (32, 32, 3), (300, 200, 3)])
def test_pictures_are_small_png(shape, rng):
    pixels = rng.integers(0, 256, shape).astype("uint8")
    for png in (thumbnail(pixels), overlay(pixels, np.linspace(0, 1, 9).reshape(3, 3))):
        assert png.startswith(b"\x89PNG") and len(png) < 128 * 128 * 3 + 1000
