import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from dltemplates.callbacks import Checkpoint
from dltemplates.errors import RunError


@pytest.fixture
def model():
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile("sgd", "mse")
    return model


def epochs(callback, model, values, monitor="val_accuracy", losses=None):
    callback.set_model(model)
    callback.set_params({"steps": 10, "epochs": len(values)})
    for epoch, value in enumerate(values):
        model.set_weights([np.array([[float(epoch)]])])
        logs = {"loss": 1.0 if losses is None else losses[epoch]}
        callback.on_epoch_end(epoch, logs if value is None else {**logs, monitor: value})


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def weight(model, path):
    model.load_weights(path)
    return float(model.get_weights()[0][0, 0])


def test_last_and_best(model, tmp_path):
    callback = Checkpoint(tmp_path)
    epochs(callback, model, [0.1, 0.9, 0.5])
    assert weight(model, callback.paths()[0]) == 2.0
    assert weight(model, callback.best_path) == 1.0
    assert callback.best() == {"best_epoch": 2, "val_accuracy": 0.9}
    callback.restore_best()
    assert float(model.get_weights()[0][0, 0]) == 1.0
    assert names(tmp_path) == ["best.keras", "step-00000020.keras", "step-00000030.keras"]


def test_the_best_is_kept_where_files_have_one_name_each(model, tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError("no hard links")

    monkeypatch.setattr("os.link", refuse)
    callback = Checkpoint(tmp_path)
    epochs(callback, model, [0.1, 0.9, 0.5])
    assert weight(model, callback.best_path) == 1.0
    assert names(tmp_path) == ["best.keras", "step-00000020.keras", "step-00000030.keras"]


def test_of_equals_the_later_one(model, tmp_path):
    callback = Checkpoint(tmp_path)
    epochs(callback, model, [1.0, 1.0, 0.9])
    assert callback.best_epoch == 1


def test_lower_is_better_for_losses(model, tmp_path):
    callback = Checkpoint(tmp_path, monitor="val_loss", mode="min")
    epochs(callback, model, [3.0, 1.0, 2.0], monitor="val_loss")
    assert weight(model, callback.best_path) == 1.0


def test_without_validation_the_last_is_the_best(model, tmp_path):
    callback = Checkpoint(tmp_path)
    epochs(callback, model, [None, None])
    assert weight(model, callback.best_path) == 1.0
    assert callback.best() == {"best_epoch": 2}


def test_an_epoch_that_diverged_is_not_saved(model, tmp_path):
    callback = Checkpoint(tmp_path)
    with pytest.raises(FloatingPointError, match="loss is no longer finite after epoch 2"):
        epochs(callback, model, [0.1, 0.9], losses=[1.0, float("nan")])
    assert weight(model, callback.paths()[0]) == 0.0


def test_an_epoch_whose_validation_diverged_is_not_saved(model, tmp_path):
    callback = Checkpoint(tmp_path)
    epochs(callback, model, [0.1])
    with pytest.raises(FloatingPointError, match="val_loss is no longer finite"):
        callback.on_epoch_end(1, {"loss": 1.0, "val_loss": math.inf, "val_accuracy": 0.9})
    assert weight(model, callback.best_path) == 0.0


def test_weights_that_are_not_finite_are_not_saved(model, tmp_path):
    callback = Checkpoint(tmp_path)
    epochs(callback, model, [0.1])
    model.set_weights([np.array([[np.nan]])])
    with pytest.raises(FloatingPointError, match="no longer finite after epoch 2"):
        callback.on_epoch_end(1, {"loss": 1.0, "val_accuracy": 0.9})
    assert weight(model, callback.paths()[0]) == 0.0


def test_a_failed_save_keeps_the_old_weights(model, tmp_path, monkeypatch):
    callback = Checkpoint(tmp_path)
    epochs(callback, model, [0.1])

    def fail(path, overwrite):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(model, "save", fail)
    with pytest.raises(OSError, match="No space"):
        callback.on_epoch_end(1, {"loss": 1.0, "val_accuracy": 0.9})
    assert weight(model, callback.best_path) == 0.0
    assert weight(model, callback.paths()[0]) == 0.0
    assert names(tmp_path) == ["best.keras", "step-00000010.keras"]


def test_works_in_fit(model, tmp_path):
    model.compile("sgd", "mse")
    x = np.ones((8, 1), "float32")
    callback = Checkpoint(tmp_path, monitor="val_loss", mode="min")
    model.fit(x, x, validation_data=(x, x), epochs=2, callbacks=[callback], verbose=0)
    assert callback.best_epoch == 1


def test_refuses_another_mode(tmp_path):
    with pytest.raises(ValueError, match="max or min, received 'auto'"):
        Checkpoint(tmp_path, mode="auto")


def test_what_was_there_before_training_may_be_the_best(tmp_path):
    inputs = keras.Input((1,))
    model = keras.Model(inputs, keras.layers.Dense(1, use_bias=False)(inputs))
    model.set_weights([np.ones((1, 1))])
    model.compile(keras.optimizers.SGD(0.1), loss="mse")
    x = np.linspace(-1, 1, 8)[:, None]
    checkpoint = Checkpoint(tmp_path, monitor="val_loss", mode="min")
    same = tf.data.Dataset.from_tensors((x, x))
    checkpoint.start_from(model, same)
    model.fit(x, 3 * x, validation_data=same, epochs=2, callbacks=[checkpoint], verbose=0)
    assert checkpoint.best() == {"best_epoch": 0, "val_loss": 0.0}
    checkpoint.restore_best()
    np.testing.assert_array_equal(model.get_weights()[0], [[1.0]])


def test_if_no_checkpoint_can_be_read_that_is_said(model, tmp_path):
    epochs(Checkpoint(tmp_path), model, [0.1, 0.9])
    for path in tmp_path.iterdir():
        path.write_bytes(b"")
    with pytest.raises(RunError, match=r"No checkpoint can be read(.|\n)*without --resume"):
        Checkpoint(tmp_path)


def test_epochs_of_another_length_are_refused(model, tmp_path):
    data = np.ones((8, 1))
    model.fit(data, data, batch_size=2, callbacks=[Checkpoint(tmp_path)], verbose=0)
    again = Checkpoint(tmp_path)
    again.restore(model)
    settings = {"initial_epoch": 1, "epochs": 2, "callbacks": [again], "verbose": 0}
    with pytest.raises(RunError, match="not 2 steps"):
        model.fit(data, data, batch_size=4, **settings)
    model.fit(data, data, batch_size=2, **settings)


def test_a_mirrored_training_goes_on_from_its_checkpoint(tmp_path):
    """As several GPUs train: their variables are mirrored, also where there is one device."""
    data = tf.data.Dataset.from_tensors(([[1.0], [2.0]], [[3.0], [6.0]])).repeat()
    strategy = tf.distribute.MirroredStrategy(["/cpu:0"])

    def train(epochs):
        checkpoint = Checkpoint(tmp_path, monitor="loss", mode="min")
        with strategy.scope():
            model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
            model.compile("adam", "mse")
            checkpoint.restore(model)
        start = {"initial_epoch": checkpoint.epoch, "epochs": epochs, "steps_per_epoch": 2}
        model.fit(data, callbacks=[checkpoint], shuffle=False, verbose=0, **start)
        return model, checkpoint

    model, checkpoint = train(1)
    assert type(model.optimizer.iterations.value).__name__ == "MirroredVariable"
    _, resumed = train(2)
    assert (checkpoint.epoch, resumed.epoch) == (0, 1)
    assert resumed.best()["best_epoch"] == 2
