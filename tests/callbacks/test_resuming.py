"""A training that is stopped and goes on ends as one that was never stopped, bit for bit."""

import os
import signal
import threading

import keras
import numpy as np
import pytest
import tensorflow as tf

from dltemplates.callbacks import Checkpoint, EpochHistory
from dltemplates.errors import RunError

STEPS, EPOCHS = 6, 4


class StopError(Exception):
    pass


class StopAt(keras.callbacks.Callback):
    """Ends a training without a word, as a kill does, or sends a signal."""

    def __init__(self, epoch, batch=None, number=None, validation=False):
        super().__init__()
        self.at, self.number, self.validation = (epoch, batch), number, validation
        self._epoch = None

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if not self.validation:
            self._stop((self._epoch, batch))

    def on_test_batch_end(self, batch, logs=None):
        if self.validation:
            self._stop((self._epoch, batch))

    def on_epoch_end(self, epoch, logs=None):
        self._stop((epoch, None))

    def _stop(self, place):
        if place != self.at:
            return
        if self.number is None:
            raise StopError
        os.kill(os.getpid(), self.number)


def batches(first_step):
    def make(step):
        x = tf.random.stateless_normal((8, 5), [7, step])
        noise = tf.random.stateless_normal((8, 1), [8, step])
        return x, tf.reduce_sum(x, axis=1, keepdims=True) + noise

    return tf.data.Dataset.range(first_step, 10**9).map(make)


def train(folder, *, ema=True, per_execution=1, width=16, extra=(), first=False):
    """Trains, or goes on, in `folder`; returns the weights of the best epoch."""
    keras.utils.set_random_seed(3)
    callbacks = [
        *([keras.callbacks.SwapEMAWeights(swap_on_epoch=True)] if ema else []),
        keras.callbacks.ReduceLROnPlateau(monitor="loss", patience=1, min_delta=10.0),
        EpochHistory(folder / "history.csv"),
        *extra,
    ]
    checkpoint = Checkpoint(folder, monitor="val_loss", mode="min", beside=callbacks)
    model = keras.Sequential(
        [
            keras.layers.Input((5,)),
            keras.layers.Dense(width, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(1),
        ]
    )
    optimizer = keras.optimizers.Adam(0.05, use_ema=ema, ema_momentum=0.9)
    model.compile(optimizer, "mse", metrics=["mae"], steps_per_execution=per_execution)
    checkpoint.restore(model)
    if first:
        checkpoint.start_from(model, batches(50_000).take(3))
    model.fit(
        batches(checkpoint.step),
        steps_per_epoch=STEPS,
        epochs=EPOCHS,
        initial_epoch=checkpoint.epoch,
        validation_data=batches(50_000).take(3),
        callbacks=[*callbacks, checkpoint],
        verbose=0,
    )
    checkpoint.restore_best()
    return [*model.get_weights(), (folder / "history.csv").read_text()]


def assert_same(one, other):
    assert one[-1] == other[-1]
    for first, second in zip(one[:-1], other[:-1], strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return {ema: train(tmp_path_factory.mktemp("whole"), ema=ema) for ema in (True, False)}


@pytest.mark.parametrize("ema", [True, False])
@pytest.mark.parametrize("place", [(0, 2), (1, 0), (1, None), (2, 5), (3, None)])
def test_after_a_kill(place, ema, whole, tmp_path):
    with pytest.raises(StopError):
        train(tmp_path, ema=ema, extra=[StopAt(*place)])
    assert_same(train(tmp_path, ema=ema), whole[ema])


@pytest.mark.parametrize("ema", [True, False])
@pytest.mark.parametrize("place", [(0, 0), (1, 3), (2, 5)])
@pytest.mark.parametrize("validation", [False, True])
def test_after_a_signal(place, ema, validation, whole, tmp_path):
    if validation:
        place = (place[0], 1)
    stop = StopAt(*place, number=signal.SIGTERM, validation=validation)
    with pytest.raises(SystemExit) as ended:
        train(tmp_path, ema=ema, extra=[stop])
    assert ended.value.code == 143
    step = place[0] * STEPS + (STEPS if validation else place[1] + 1)
    assert Checkpoint(tmp_path).step == step
    assert_same(train(tmp_path, ema=ema), whole[ema])


def test_before_the_first_epoch_was_done(whole, tmp_path):
    with pytest.raises(StopError):
        train(tmp_path, first=True, extra=[StopAt(0, 2)])
    assert Checkpoint(tmp_path).paths()[0].name == "step-00000000.keras"
    assert_same(train(tmp_path, first=True), whole[True])


def test_after_two_stops_of_one_epoch(whole, tmp_path):
    for batch in (1, 3):
        with pytest.raises(KeyboardInterrupt):
            train(tmp_path, extra=[StopAt(1, batch, number=signal.SIGINT)])
    assert_same(train(tmp_path), whole[True])


def test_with_several_steps_an_execution(tmp_path):
    (tmp_path / "whole").mkdir()
    expected = train(tmp_path / "whole", per_execution=3)
    (tmp_path / "stopped").mkdir()
    with pytest.raises(SystemExit):
        train(
            tmp_path / "stopped",
            per_execution=3,
            extra=[StopAt(2, 2, number=signal.SIGTERM)],
        )
    assert Checkpoint(tmp_path / "stopped").step == 2 * STEPS + 3
    assert_same(train(tmp_path / "stopped", per_execution=3), expected)


def test_of_a_training_that_had_ended(whole, tmp_path):
    train(tmp_path)
    assert Checkpoint(tmp_path).epoch == EPOCHS
    assert_same(train(tmp_path), whole[True])


def test_from_the_checkpoint_before_a_damaged_one(whole, tmp_path, caplog):
    with pytest.raises(StopError):
        train(tmp_path, extra=[StopAt(2, 4)])
    newest = Checkpoint(tmp_path).paths()[0]
    contents = bytearray(newest.read_bytes())
    contents[len(contents) // 2] ^= 8
    newest.write_bytes(bytes(contents))
    assert_same(train(tmp_path), whole[True])
    assert "damaged" in caplog.text


def test_of_another_network(tmp_path):
    with pytest.raises(StopError):
        train(tmp_path, extra=[StopAt(1, 1)])
    with pytest.raises(RunError, match="of another network"):
        train(tmp_path, width=8)


def test_long_epochs_are_saved_on_the_way(whole, tmp_path, monkeypatch):
    init = Checkpoint.__init__
    monkeypatch.setattr(
        Checkpoint, "__init__", lambda self, *a, **k: init(self, *a, **k, minutes=0.0)
    )
    with pytest.raises(StopError):
        train(tmp_path, extra=[StopAt(1, 4)])
    assert Checkpoint(tmp_path).step == STEPS + 4
    assert_same(train(tmp_path), whole[True])


def test_the_signals_are_given_back(tmp_path):
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    train(tmp_path)
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


def test_trains_outside_the_main_thread(whole, tmp_path):
    result = []
    thread = threading.Thread(target=lambda: result.extend(train(tmp_path)))
    thread.start()
    thread.join()
    assert_same(result, whole[True])
