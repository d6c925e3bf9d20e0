import keras
import numpy as np
import pytest

from dltemplates.layers import GaussianCode
from tests.layers.harness import check_layer


def test_harness(rng, tmp_path):
    keras.utils.set_random_seed(0)
    inputs = rng.normal(size=(5, 3)).astype("float32")
    check_layer(
        lambda dtype: GaussianCode(2, seed=1, dtype=dtype),
        inputs,
        (5, 2),
        tmp_path,
        trainable=4,
    )


def built(units=2, weight=1.0, **settings):
    layer = GaussianCode(units, weight, seed=3, **settings)
    layer.build((None, 3))
    rng = np.random.default_rng(1)
    for each in layer.trainable_weights:
        each.assign(rng.normal(size=each.shape))
    return layer


def test_the_divergence_is_that_of_the_formula(rng):
    """Against a mean over draws of log q - log p, which knows no formula."""
    layer, inputs = built(weight=0.7), rng.normal(size=(4, 3)).astype("float32")
    layer(inputs, training=True)
    (loss,) = layer.losses
    mean = np.asarray(layer.mean(inputs), "float64")
    deviation = np.exp(0.5 * np.asarray(layer.log_variance(inputs), "float64"))
    draws = mean + deviation * rng.normal(size=(200_000, 4, 2))
    inside = -0.5 * ((draws - mean) / deviation) ** 2 - np.log(deviation)
    divergence = (inside + 0.5 * draws**2).sum(axis=-1).mean(axis=0)
    assert float(loss) == pytest.approx(0.7 * divergence.mean(), rel=0.01)


def test_the_standard_distribution_costs_nothing():
    layer = built()
    for each in layer.trainable_weights:
        each.assign(np.zeros(each.shape))
    layer(np.ones((4, 3), "float32"), training=True)
    assert float(layer.losses[0]) == pytest.approx(0.0, abs=1e-6)


def test_draws_have_mean_and_variance_of_the_code(rng):
    layer = built()
    one = rng.normal(size=(1, 3)).astype("float32")
    draws = np.asarray(layer(np.repeat(one, 50_000, axis=0), training=True))
    deviation = np.exp(0.5 * np.asarray(layer.log_variance(one))[0])
    np.testing.assert_allclose(draws.std(axis=0), deviation, rtol=0.02)
    np.testing.assert_allclose(draws.mean(axis=0), layer.mean(one)[0], atol=0.02 * deviation.max())


def test_outside_training_it_is_the_mean_and_costs_nothing(rng):
    layer, inputs = built(), rng.normal(size=(4, 3)).astype("float32")
    np.testing.assert_array_equal(layer(inputs), layer.mean(inputs))
    assert layer.losses == []


def test_a_variance_out_of_all_proportion_does_not_end_training():
    layer = built()
    answer = layer(np.full((2, 3), 1e6, "float32"), training=True)
    assert np.isfinite(np.asarray(answer)).all()
    assert np.isfinite(float(layer.losses[0]))


def test_half_precision_tells_the_divergence_as_well(rng):
    inputs = rng.normal(size=(64, 3)).astype("float32")
    exact, half = built(units=16), built(units=16, dtype="mixed_bfloat16")
    for layer in (exact, half):
        layer(inputs, training=True)
    assert float(half.losses[0]) == pytest.approx(float(exact.losses[0]), rel=0.01)


def test_refusals():
    for units, weight in ((0, 1.0), (2, -1.0)):
        with pytest.raises(ValueError, match="of at least"):
            GaussianCode(units, weight)
