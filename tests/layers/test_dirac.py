import keras
import numpy as np
import pytest
from keras import ops

from dltemplates.layers import Dirac


@pytest.mark.parametrize(("channels", "filters"), [(3, 8), (8, 3), (4, 4)])
def test_the_first_filters_copy_their_input(rng, channels, filters):
    images = rng.normal(size=(2, 6, 5, channels)).astype("float32")
    layer = keras.layers.Conv2D(filters, 3, padding="same", kernel_initializer=Dirac())
    copied = min(channels, filters)
    np.testing.assert_allclose(layer(images)[..., :copied], images[..., :copied], atol=1e-6)


def test_the_other_filters_are_random_and_follow_the_seed():
    shape = (3, 3, 4, 16)
    one, same, other = (ops.convert_to_numpy(Dirac(seed)(shape)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one[..., 4:], other[..., 4:])
    assert np.abs(one[..., 4:]).max() <= 1 / 6


def test_serialisation():
    again = keras.initializers.deserialize(keras.initializers.serialize(Dirac(3)))
    assert again.get_config() == {"seed": 3}


def test_refuses_other_shapes():
    for shape in ((3, 4), (2, 2, 3, 3)):
        with pytest.raises(ValueError, match="Expected the shape of a 2-D convolution"):
            Dirac()(shape)
