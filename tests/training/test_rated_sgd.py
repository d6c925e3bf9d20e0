import keras
import numpy as np
import pytest
from keras import ops

from dltemplates.training.muon import ConvolutionalMuon
from dltemplates.training.rated_sgd import RatedSGD


@pytest.mark.parametrize("make", [RatedSGD, ConvolutionalMuon])
def test_rates_by_name(make):
    beta, bias = (keras.Variable(np.zeros(3, "float32"), name=name) for name in ("beta", "bias"))
    optimizer = make(0.1, rates={"beta": 64.0})
    optimizer.apply([np.ones((3,), "float32")] * 2, [beta, bias])
    assert (ops.convert_to_numpy(bias) < 0).all()
    np.testing.assert_allclose(
        ops.convert_to_numpy(beta), 64 * ops.convert_to_numpy(bias), rtol=1e-6
    )


def test_without_rates_it_is_keras_s_own(rng):
    start, gradient = rng.normal(size=(5, 3)), rng.normal(size=(5, 3)).astype("float32")
    ours, reference = (keras.Variable(start.astype("float32")) for _ in range(2))
    left = RatedSGD(0.1, momentum=0.8, nesterov=True)
    right = keras.optimizers.SGD(0.1, momentum=0.8, nesterov=True)
    for _ in range(3):
        left.apply([gradient], [ours])
        right.apply([gradient], [reference])
    np.testing.assert_array_equal(ours, reference)


def test_serialisation():
    optimizer = RatedSGD(0.3, {"beta": 2.0}, momentum=0.5)
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert again.get_config() == optimizer.get_config()
