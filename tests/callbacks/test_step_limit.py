import keras
import numpy as np
import pytest

from dltemplates.callbacks.step_limit import StepLimit


class Steps(keras.callbacks.Callback):
    """Counts steps, and passes over validation data."""

    steps = passes = 0

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1

    def on_test_end(self, logs=None):
        self.passes += 1


@pytest.mark.parametrize(
    ("limit", "steps", "passes"), [(3, 3, 1), (4, 4, 1), (6, 6, 2), (99, 8, 2)]
)
def test_ends_the_training_after_a_validation(limit, steps, passes):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(loss="mse")
    x, seen = np.zeros((8, 1)), Steps()
    callbacks = [StepLimit(limit), seen]
    model.fit(x, x, batch_size=2, epochs=2, validation_data=(x, x), verbose=0, callbacks=callbacks)
    assert (seen.steps, seen.passes) == (min(limit, 8), passes)


def test_no_steps_are_refused():
    with pytest.raises(ValueError, match="at least 1, received 0"):
        StepLimit(0)
