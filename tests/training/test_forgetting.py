import keras
import numpy as np
import pytest
import tensorflow as tf

from dltemplates.training.forgetting import limit_forgetting

LABELS = np.repeat([0, 1], 50)


@pytest.fixture
def old():
    """Two classes, told apart by the sign of their only feature."""
    values = np.where(LABELS == 0, -1.0, 1.0) * np.linspace(0.1, 2, 100)
    targets = keras.utils.to_categorical(LABELS, 3)
    return tf.data.Dataset.from_tensor_slices((values[:, None], targets)).batch(32)


def network(kernel, bias):
    """A body that could be left out, and a head that has a third class."""
    layers = [keras.layers.Dense(1, name="body"), keras.layers.Dense(3, name="head")]
    model = keras.Sequential([keras.layers.Input((1,)), *layers])
    model.set_weights([np.eye(1), np.zeros(1), np.array([kernel]), np.array(bias)])
    return model


def accuracy(model, old):
    return (model.predict(old, verbose=0).argmax(axis=1) == LABELS).mean()


BEFORE = ([-1.0, 1.0, 0.3], [0.0, 0.0, 5.0])  # of the third class nothing was learned


def test_what_forgets_little_stays(old):
    model = network([-1.0, 0.9, 0.0], [0.0, 0.0, -1.0])
    after = model.get_weights()
    assert limit_forgetting(model, network(*BEFORE).get_weights(), old, 0.05) == 1.0
    for weight, other in zip(model.get_weights(), after, strict=True):
        np.testing.assert_array_equal(weight, other)


@pytest.mark.parametrize("limit", [0.0, 0.1, 0.3])
def test_what_forgets_more_goes_back_as_far_as_needed(old, limit):
    model = network([1.0, -0.5, 0.0], [0.0, 0.0, -2.0])  # signs are turned round
    after = model.get_weights()
    share = limit_forgetting(model, network(*BEFORE).get_weights(), old, limit)
    assert 0.0 < share < 1.0
    assert accuracy(model, old) >= 1.0 - limit
    head, bias = model.get_layer("head").get_weights()
    np.testing.assert_allclose(
        head[0, :2], (1 - share) * np.array([-1, 1]) + share * after[2][0, :2], rtol=1e-5
    )
    assert head[0, 2] == 0.0 and bias[2] == -2.0  # of the new class it stays what was learned
    model.set_weights([(1 - share - 0.05) * b + (share + 0.05) * a for b, a in zip(
        [np.eye(1), np.zeros(1), np.array([[-1.0, 1.0, 0.0]]), np.array([0, 0, -2.0])],
        after, strict=True)])  # fmt: skip
    assert accuracy(model, old) < 1.0 - limit


def test_where_nothing_helps_the_weights_are_those_before(old):
    model = network([1.0, -0.5, 0.0], [0.0, 0.0, 9.0])
    assert limit_forgetting(model, network(*BEFORE).get_weights(), old, 0.05) == 0.0
    assert model.get_layer("head").get_weights()[0][0].tolist() == [-1.0, 1.0, 0.0]
