import contextlib
import time

import keras
import numpy as np
import pytest
import tensorflow as tf
from pydantic import BaseModel

from dltemplates.errors import TrainingError
from dltemplates.training.step_probe import ProbeDone, StepProbe, probe

NAP = 0.02  # seconds that a step, a validation batch and a save take at least


class Train(BaseModel):
    epochs: int = 5
    per_epoch: int = 40
    per_execution: int = 1
    validation_batches: int = 3
    progressive_resizing: bool = False


class Config(BaseModel):
    train: Train = Train()


class Saving(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        time.sleep(5 * NAP)


def batches(count, nap):
    def generate():
        number = 0
        while count is None or number < count:
            number += 1
            time.sleep(nap)
            yield np.ones((6, 3), "float32"), np.ones((6, 1), "float32")

    shapes = (tf.TensorSpec((6, 3)), tf.TensorSpec((6, 1)))
    return tf.data.Dataset.from_generator(generate, output_signature=shapes)


def learn(config, run):
    train = config.train
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dropout(0.5), keras.layers.Dense(1)])
    model.compile("sgd", "mse", steps_per_execution=train.per_execution)
    history = model.fit(
        batches(None, NAP / 2 if train.progressive_resizing else NAP),
        steps_per_epoch=train.per_epoch,
        epochs=train.epochs,
        validation_data=batches(train.validation_batches, NAP)
        if train.validation_batches
        else None,
        callbacks=[*run.callbacks, Saving()],
        verbose=0,
    )
    return history.history["loss"], [layer.name for layer in model.layers]


def measure(tmp_path, steps=8, limit=60.0, **train):
    return probe(learn, Config(train=Train(**train)), tmp_path, steps=steps, limit=limit)


def test_steps_validation_and_ends_of_epochs_are_timed_apart(tmp_path):
    found = measure(tmp_path)
    assert found.timed_steps == 8
    assert (found.epochs, found.steps_per_epoch, found.steps_per_execution) == (5, 40, 1)
    assert 0.95 * NAP <= found.seconds_per_step < 3 * NAP
    assert 3 * NAP <= found.validation_seconds < 15 * NAP
    assert found.validation_measured
    assert 5 * NAP <= found.epoch_end_seconds < 15 * NAP
    assert found.items_per_second == pytest.approx(6 / found.seconds_per_step)
    assert found.start_seconds > NAP
    assert list(tmp_path.iterdir()) == []
    each = 40 * found.seconds_per_step + found.validation_seconds + found.epoch_end_seconds
    assert found.epoch_seconds == pytest.approx(each)
    assert found.run_seconds == pytest.approx(found.start_seconds + 5 * each)
    assert found.as_dict()["run_seconds"] == found.run_seconds


def test_executions_of_several_steps_count_as_their_steps(tmp_path):
    found = measure(tmp_path, per_execution=4, validation_batches=0)
    assert found.timed_steps == 8
    assert 0.95 * NAP <= found.seconds_per_step < 3 * NAP
    assert (found.validation_seconds, found.validation_measured) == (0.0, True)
    assert found.items_per_second == pytest.approx(6 / found.seconds_per_step)


def test_epochs_shorter_than_the_probe_do_not_count_their_validation(tmp_path):
    found = measure(tmp_path, per_epoch=2, per_execution=2, epochs=50, validation_batches=20)
    assert found.timed_steps == 8
    assert found.seconds_per_step < 3 * NAP  # less than one, since data are made ahead meanwhile
    assert found.validation_seconds >= 20 * NAP


def test_a_run_of_one_execution_says_that_it_was_the_first(tmp_path):
    found = measure(tmp_path, per_epoch=2, per_execution=2, epochs=1)
    assert found.timed_steps == 0
    assert found.items_per_second is None
    assert found.seconds_per_step > NAP


def test_a_long_validation_is_left_and_said(tmp_path):
    found = measure(tmp_path, validation_batches=1_000, limit=0.2)
    assert not found.validation_measured
    assert 0.2 < found.validation_seconds < 1.0


def test_slow_steps_end_the_probe_before_its_last(tmp_path):
    found = measure(tmp_path, steps=1_000, per_epoch=2_000, limit=0.2)
    assert 0 < found.timed_steps < 100


def test_small_images_at_first_do_not_flatter(tmp_path):
    found = measure(tmp_path, progressive_resizing=True, validation_batches=0)
    mean = NAP / 2 * 2 / 3 + NAP / 3
    assert mean <= found.seconds_per_step < 2 * mean
    assert found.items_per_second == pytest.approx(6 / found.seconds_per_step)


def test_a_training_after_the_probe_is_as_without_it(tmp_path):
    class Bare:
        callbacks = ()

    config = Config(train=Train(epochs=2, per_epoch=4))
    keras.utils.clear_session()
    before = learn(config, Bare())
    keras.utils.clear_session()
    probe(learn, config, tmp_path, steps=2)
    assert learn(config, Bare()) == before


def test_a_training_without_the_callback_is_refused(tmp_path):
    with pytest.raises(TrainingError, match="cannot be measured") as caught:
        probe(lambda config, run: None, Config(), tmp_path)
    assert "run.callbacks" in caught.value.hint


def test_the_callback_ends_the_training():
    watch = StepProbe(steps=1)

    class Bare:
        callbacks = (watch,)

    with contextlib.suppress(ProbeDone):
        learn(Config(), Bare())
        pytest.fail("it went on")
    assert watch.result().timed_steps == 1
