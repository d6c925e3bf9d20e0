import keras
import numpy as np
import pytest
from keras import ops

from dltemplates.training.muon import ConvolutionalMuon


def variable(rng, shape, name="kernel"):
    return keras.Variable(rng.normal(size=shape).astype("float32"), name=name)


@pytest.mark.parametrize("shape", [(3, 3, 8, 16), (1, 1, 4, 32)])
def test_kernel_updates_are_nearly_orthogonal(rng, shape):
    kernel = variable(rng, shape)
    out = shape[-1]
    optimizer = ConvolutionalMuon(1.0, kernel_rate=0.5, iterations=6)
    before = ops.convert_to_numpy(kernel).copy()
    optimizer.apply([rng.normal(size=shape).astype("float32")], [kernel])
    scaled = before * np.sqrt(out) / np.linalg.norm(before)
    update = (scaled - ops.convert_to_numpy(kernel)) / 0.5
    singular = np.linalg.svd(update.reshape(-1, out), compute_uv=False)
    assert singular.min() > 0.5 and singular.max() < 1.3


def test_everything_else_gets_nesterov_momentum(rng):
    start, gradient = rng.normal(size=(5, 3)), rng.normal(size=(5, 3)).astype("float32")
    ours, reference = (keras.Variable(start.astype("float32")) for _ in range(2))
    left = ConvolutionalMuon(0.1, momentum=0.8)
    right = keras.optimizers.SGD(0.1, momentum=0.8, nesterov=True)
    for _ in range(3):
        left.apply([gradient], [ours])
        right.apply([gradient], [reference])
    np.testing.assert_allclose(ours, reference, rtol=1e-6)


def test_weight_decay_leaves_kernels_alone(rng):
    kernel, dense = variable(rng, (3, 3, 2, 4)), keras.Variable(np.ones((2, 2), "float32"))
    optimizer = ConvolutionalMuon(0.1, weight_decay=0.5, kernel_rate=0.0)
    norm = 2.0 / np.linalg.norm(kernel)
    expected = ops.convert_to_numpy(kernel) * norm
    optimizer.apply([np.zeros(v.shape, "float32") for v in (kernel, dense)], [kernel, dense])
    np.testing.assert_allclose(kernel, expected, rtol=1e-5)
    np.testing.assert_allclose(dense, 0.95)


def test_depthwise_kernels_are_not_orthogonalised(rng):
    depthwise = variable(rng, (3, 3, 8, 1))
    before = ops.convert_to_numpy(depthwise).copy()
    gradient = rng.normal(size=depthwise.shape).astype("float32")
    ConvolutionalMuon(0.1, momentum=0.8).apply([gradient], [depthwise])
    np.testing.assert_allclose(depthwise, before - 0.18 * gradient, rtol=1e-4, atol=1e-6)


def test_serialisation():
    optimizer = ConvolutionalMuon(0.3, kernel_rate=0.1, rates={"beta": 2.0}, weight_decay=0.01)
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert again.get_config() == optimizer.get_config()
