import keras
import numpy as np

from dltemplates.callbacks import EpochHistory


def fit(history, epochs):
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.25), "mse")
    x = np.ones((4, 1), "float32")
    model.fit(x, x, validation_data=(x, x), epochs=epochs, callbacks=[history], verbose=0)


def test_a_line_an_epoch(tmp_path):
    path = tmp_path / "history.csv"
    history = EpochHistory(path)
    fit(history, 2)
    header, *lines = path.read_text().splitlines()
    assert header == "epoch,learning_rate,loss,val_loss"
    assert [line.split(",")[:2] for line in lines] == [["1", "0.25"], ["2", "0.25"]]
    assert float(lines[1].split(",")[2]) == history.rows[1]["loss"]


def test_another_training_begins_anew(tmp_path):
    history = EpochHistory(tmp_path / "history.csv")
    fit(history, 2)
    fit(history, 1)
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 2


def test_goes_on_after_the_epochs_that_it_is_given(tmp_path):
    first = EpochHistory(tmp_path / "history.csv")
    fit(first, 2)
    second = EpochHistory(tmp_path / "history.csv")
    second.set_state(first.get_state())
    assert second.rows == first.rows
