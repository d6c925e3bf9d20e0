import keras
import numpy as np
import pytest
import tensorflow as tf

from dltemplates.callbacks import LearningRateFinder, RangeTestDone
from dltemplates.callbacks.learning_rate_finder import diverged, smoothed
from dltemplates.training.optimizers import build_optimizer

ITEMS = 512


@pytest.fixture
def line(rng):
    """Batches of eight points of a line, without end."""
    x = rng.normal(size=(ITEMS, 4)).astype("float32")
    y = x @ np.array([[1.0], [-2.0], [0.5], [3.0]], "float32")
    return tf.data.Dataset.from_tensor_slices((x, y)).repeat().batch(8, drop_remainder=True)


def compiled(optimizer, per_execution=1):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])
    model.compile(optimizer, loss="mse", steps_per_execution=per_execution)
    return model


def find(model, line, finder, steps=20, epochs=50):
    """Runs the test; returns its curve, and whether it ended training."""
    try:
        model.fit(line, steps_per_epoch=steps, epochs=epochs, callbacks=[finder], verbose=0)
        ended = False
    except RangeTestDone:
        ended = True
    return *finder.curve(), ended


def test_the_losses_are_those_of_training_by_hand(line):
    finder = LearningRateFinder(low=1e-4, high=1e-2, steps=6)
    rates, losses, ended = find(compiled(keras.optimizers.SGD(0.3)), line, finder)
    assert ended
    np.testing.assert_allclose(rates, np.geomspace(1e-4, 1e-2, 6))
    model = compiled(keras.optimizers.SGD(0.3))
    for rate, loss, batch in zip(rates, losses, line, strict=False):
        model.optimizer.learning_rate = rate
        assert loss == pytest.approx(model.train_on_batch(*batch), rel=1e-4)
        model.reset_metrics()


def test_many_steps_an_execution_change_nothing(line):
    curves = []
    for per_execution in (1, 10):
        optimizer = build_optimizer("adam", steps=1000)
        finder = LearningRateFinder(steps=40)
        curves.append(find(compiled(optimizer, per_execution), line, finder)[:2])
    count = min(len(curves[0][1]), len(curves[1][1]))
    assert count >= 30
    np.testing.assert_allclose(curves[0][1][:count], curves[1][1][:count], rtol=1e-3)


@pytest.mark.parametrize(
    ("name", "schedule"),
    [("muon", "one_cycle"), ("nesterov", "constant"), ("adamw", "cosine"), ("adamw", "constant")],
)
def test_any_optimizer_and_schedule(line, name, schedule):
    optimizer = build_optimizer(name, steps=400, learning_rate=0.02, schedule=schedule)
    finder = LearningRateFinder(steps=30)
    rates, losses, ended = find(compiled(optimizer, per_execution=10), line, finder, epochs=20)
    assert ended
    assert finder.usual == pytest.approx(0.02, rel=0.05)
    assert rates[0] == pytest.approx(2e-5, rel=0.05)
    assert losses[-1] != losses[0]


def test_it_stops_where_training_diverges(line):
    model = compiled(keras.optimizers.SGD(0.1))
    rates, losses, ended = find(model, line, LearningRateFinder(1e-3, 1e3, steps=200))
    assert ended
    assert len(rates) < 160
    assert losses.max() > 4 * losses.min()


def test_the_curve_is_kept_when_another_callback_ends_training(line):
    model = compiled(keras.optimizers.SGD(0.1), per_execution=20)
    finder = LearningRateFinder(1.0, 1e9, steps=100)
    with pytest.raises(RuntimeError, match="NaN or Inf"):
        model.fit(
            line,
            steps_per_epoch=20,
            epochs=10,
            callbacks=[keras.callbacks.TerminateOnNaN(raise_error=True), finder],
            verbose=0,
        )
    rates, losses = finder.curve()
    assert len(rates) == len(losses) == 20
    assert np.isinf(losses[-1])


def test_a_short_run_gives_a_short_curve(line):
    model = compiled(keras.optimizers.SGD(0.01))
    rates, _, ended = find(model, line, LearningRateFinder(1e-5, 1e-2), steps=5, epochs=2)
    assert not ended
    assert len(rates) == 10


def test_smoothing_has_no_bias_at_the_start():
    np.testing.assert_allclose(smoothed(np.full(5, 3.0), 0.9), 3.0)


@pytest.mark.parametrize(
    ("losses", "expected"),
    [([], False), ([2.0, 1.0, 1.5], False), ([1.0, np.inf], True), ([1.0, 1.0, 60.0], True)],
)
def test_divergence(losses, expected):
    assert diverged(np.array(losses), 0.9, 4.0) is expected
