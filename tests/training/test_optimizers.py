import keras
import numpy as np
import pytest

from dltemplates.training.optimizers import build_optimizer

NAMES = ["muon", "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "lion"]


@pytest.mark.parametrize(
    ("name", "schedule"),
    list(zip(NAMES, 3 * ["one_cycle", "cosine", "constant"], strict=True)),
)
def test_every_optimizer_learns_with_its_usual_values(name, schedule, rng):
    keras.utils.set_random_seed(0)
    x = rng.normal(size=(256, 8)).astype("float32")
    y = keras.utils.to_categorical((x.sum(axis=1) > 0).astype(int))
    model = keras.Sequential([keras.layers.Dense(16, activation="relu"), keras.layers.Dense(2)])
    optimizer = build_optimizer(name, steps=200, schedule=schedule)
    model.compile(optimizer, keras.losses.CategoricalCrossentropy(from_logits=True))
    before = model.evaluate(x, y, verbose=0)
    model.fit(x, y, batch_size=128, epochs=100, verbose=0)
    assert model.evaluate(x, y, verbose=0) < 0.9 * before


def test_weight_decay_spares_biases_and_normalisation():
    model = keras.Sequential(
        [keras.layers.Input((4,)), keras.layers.Dense(3), keras.layers.BatchNormalization()]
    )
    for weight in model.trainable_weights:
        weight.assign(np.ones(weight.shape))
    optimizer = build_optimizer(
        "sgd", steps=1, learning_rate=0.1, weight_decay=0.5, schedule="constant"
    )
    zeros = [np.zeros(weight.shape, "float32") for weight in model.trainable_weights]
    optimizer.apply(zeros, model.trainable_weights)
    kernel, *others = model.trainable_weights
    np.testing.assert_allclose(kernel, 0.95)
    for weight in others:
        np.testing.assert_array_equal(weight, 1.0)


def test_auto_learning_rates_follow_the_batch():
    def rate(name, batch):
        optimizer = build_optimizer(name, steps=1, batch_size=batch, schedule="constant")
        return float(optimizer.learning_rate)

    assert rate("nesterov", 512) == pytest.approx(2 * rate("nesterov", 256))
    assert rate("adam", 1024) == pytest.approx(2 * rate("adam", 256))


def test_ema():
    assert build_optimizer("adam", steps=1, ema=True).use_ema


def test_refuses_another_name():
    with pytest.raises(ValueError, match="received 'adma'"):
        build_optimizer("adma", steps=1)
