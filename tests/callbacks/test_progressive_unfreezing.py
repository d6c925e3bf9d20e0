import keras
import numpy as np
import pytest

from dltemplates.callbacks import ProgressiveUnfreezing
from dltemplates.layers import BatchNormalization

pytestmark = pytest.mark.skipif(
    keras.backend.backend() == "jax", reason="JAX's step keeps to the weights it began with"
)


class Snapshots(keras.callbacks.Callback):
    """What each layer's weights were after each epoch."""

    def __init__(self):
        super().__init__()
        self.taken = []

    def on_train_begin(self, logs=None):
        self._take()

    def on_epoch_end(self, epoch, logs=None):
        self._take()

    def _take(self):
        self.taken.append({layer.name: layer.get_weights() for layer in self.model.layers})

    def changed(self, name):
        """In which epochs a layer changed."""
        pairs = zip(self.taken, self.taken[1:], strict=False)
        return [
            epoch
            for epoch, (before, after) in enumerate(pairs)
            if any(not np.array_equal(a, b) for a, b in zip(before[name], after[name], strict=True))
        ]


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)
    layers = [
        keras.layers.Input((4, 4, 2)),
        keras.layers.Conv2D(3, 3, padding="same", name="lower"),
        BatchNormalization(name="normalization"),
        keras.layers.Flatten(),
        keras.layers.Dense(2, name="head"),
    ]
    model = keras.Sequential(layers)
    model.compile("adam", "mse")
    return model


def fit(model, stages, epochs=4, **settings):
    random = np.random.default_rng(0)
    x = random.normal(size=(32, 4, 4, 2)).astype("float32")
    y = random.normal(size=(32, 2)).astype("float32")
    seen = Snapshots()
    unfreezing = ProgressiveUnfreezing(stages)
    model.fit(x, y, epochs=epochs, verbose=0, callbacks=[unfreezing, seen], **settings)
    return seen


def test_layers_learn_from_their_epoch_on(model):
    lower, normalization, _, head = model.layers
    seen = fit(model, [(0, [head]), (1, [normalization]), (3, [lower])])
    assert seen.changed("head") == [0, 1, 2, 3]
    assert seen.changed("lower") == [3]
    assert seen.changed("normalization") == [1, 2, 3]  # its moving statistics too


def test_afterwards_all_of_them_can_learn(model):
    lower, _, _, head = model.layers
    fit(model, [(0, [head]), (9, [lower])], epochs=1)
    assert lower.trainable and head.trainable


def test_a_training_that_goes_on_finds_its_stage(model):
    lower, normalization, _, head = model.layers
    stages = [(0, [head]), (2, [lower, normalization])]
    assert fit(model, stages, epochs=3, initial_epoch=2).changed("lower") == [0]
    assert fit(model, stages, epochs=2, initial_epoch=1).changed("lower") == []


def test_refuses_epochs_before_the_first(model):
    with pytest.raises(ValueError, match="from 0 on, received -1"):
        ProgressiveUnfreezing([(-1, model.layers)])
