import keras
import numpy as np
import pytest

from dltemplates.errors import RunError
from dltemplates.training.weight_transfer import (
    last_layer,
    normalization_of,
    plain_layers,
    take_weights,
)


def network(classes=3, width=4, dropout=0.0, mean=1.0, activation="relu", bias=True, more=False):
    inputs = keras.Input((5,))
    x = keras.layers.Normalization(mean=[mean] * 5, variance=[2.0] * 5)(inputs)
    inside = keras.Input((5,))
    y = keras.layers.Dense(width, activation=activation)(inside)
    y = keras.layers.Dense(width)(y) if more else y
    x = keras.Model(inside, y, name="backbone")(x)
    x = keras.layers.Dropout(dropout)(x)
    x = keras.layers.Dense(classes, use_bias=bias)(x)
    return keras.Model(inputs, keras.layers.Rescaling(0.5)(x))


def test_equal_networks_answer_alike(rng):
    source, target = network(), network(dropout=0.5)
    x = rng.normal(size=(7, 5)).astype("float32")
    assert not np.allclose(source(x), target(x))
    take_weights(source, target)
    np.testing.assert_array_equal(source(x), target(x))


@pytest.mark.parametrize("bias", [True, False])
def test_outputs_go_to_their_new_places_and_new_ones_stay(bias, rng):
    source, target = network(3, bias=bias), network(4, bias=bias)
    fresh = last_layer(target).get_weights()
    take_weights(source, target, [2, None, 0, 1])
    x = rng.normal(size=(7, 5)).astype("float32")
    np.testing.assert_allclose(
        np.asarray(target(x))[:, [2, 3, 0]], np.asarray(source(x)), atol=1e-6
    )
    for before, now in zip(fresh, last_layer(target).get_weights(), strict=True):
        np.testing.assert_array_equal(before[..., 1], now[..., 1])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"width": 6}, "has units 4 there, 6 here"),
        ({"activation": "tanh"}, "has activation 'relu' there, 'tanh' here"),
        ({"mean": 3.0}, "has mean [1.0"),
        ({"more": True}, "it has 7 layers, this one 8"),
        ({"bias": False}, "has use_bias True there, False here"),
        ({"classes": 4}, "has units 3 there, 4 here"),
    ],
)
def test_says_what_differs_and_changes_nothing(changes, words):
    target = network(**changes)
    before = target.get_weights()
    with pytest.raises(RunError, match="not that of this project") as refusal:
        take_weights(network(), target, hint="Set it otherwise.")
    assert words in str(refusal.value) and "Set it otherwise." in str(refusal.value)
    for old, new in zip(before, target.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_looks_into_networks_within():
    model = network()
    names = [type(layer).__name__ for layer in plain_layers(model)]
    assert names.count("Dense") == 2 and "Functional" not in names
    assert last_layer(model).units == 3
    assert normalization_of(model) == ([1.0] * 5, [2.0] * 5)
    assert normalization_of(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])) is None
