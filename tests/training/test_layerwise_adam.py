import keras
import numpy as np
from keras import ops

from dltemplates.training.layerwise_adam import LayerGroup, LayerwiseAdam, finetuning_optimizer

STEPS = 6


def learn(optimizer, variable, gradients, others=()):
    """Applies gradients; those that are None leave the variable out, as while it is fixed."""
    optimizer.build([variable, *others])
    for gradient in gradients:
        pairs = [(ops.ones(each.shape), each) for each in others]
        if gradient is not None:
            pairs.append((ops.convert_to_tensor(gradient), variable))
        optimizer.apply_gradients(pairs)
    return np.asarray(variable)


def test_a_weight_that_begins_later_learns_as_adam_from_there(rng):
    start = rng.normal(size=(4, 3)).astype("float32")
    gradients = [rng.normal(size=start.shape).astype("float32") for _ in range(STEPS)]
    late, other = keras.Variable(start), keras.Variable(np.zeros(2, "float32"))
    optimizer = LayerwiseAdam(0.1, rates={late.path: 0.3}, starts={late.path: 50})
    found = learn(optimizer, late, [*[None] * 50, *gradients], [other])
    expected = learn(keras.optimizers.Adam(0.03), keras.Variable(start), gradients)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_no_weight_decays(rng):
    start = rng.normal(size=(5,)).astype("float32")
    variable = keras.Variable(start)
    found = learn(LayerwiseAdam(0.1), variable, [np.zeros_like(start)] * 3)
    np.testing.assert_array_equal(found, start)


def test_comes_back_from_its_configuration():
    optimizer = LayerwiseAdam(0.1, rates={"a/kernel": 0.5}, starts={"a/kernel": 7}, beta_2=0.9)
    again = LayerwiseAdam.from_config(optimizer.get_config())
    assert again.get_config() == optimizer.get_config()
    assert (again.rates, again.starts) == ({"a/kernel": 0.5}, {"a/kernel": 7})


def test_groups_give_each_weight_its_rate_and_its_first_step():
    layers = [keras.layers.Dense(2, name=name) for name in ("below", "above")]
    for layer in layers:
        layer.build((None, 2))
    groups = [LayerGroup(layers[1:], 0, 1.0), LayerGroup(layers[:1], 3, 0.25)]
    optimizer = finetuning_optimizer(groups, 1e-3, steps_per_epoch=10)
    below, above = (layer.kernel.path for layer in layers)
    assert (optimizer.rates[below], optimizer.starts[below]) == (0.25, 30)
    assert (optimizer.rates[above], optimizer.starts[above]) == (1.0, 0)
