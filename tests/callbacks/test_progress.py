import io
import re

import keras
import numpy as np
import pytest

from dltemplates.callbacks import Progress


@pytest.fixture(autouse=True)
def no_continuous_integration(monkeypatch):
    monkeypatch.delenv("CI", raising=False)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def fit(stream, epochs=3, initial_epoch=0):
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    x = np.ones((40, 1), "float32")
    progress = Progress(batch_size=10, unit="windows", stream=stream)
    model.fit(
        x, x, batch_size=10, epochs=epochs, initial_epoch=initial_epoch,
        validation_data=(x, x), callbacks=[progress], verbose=0,
    )  # fmt: skip
    return progress


def test_a_plain_line_an_epoch():
    stream = io.StringIO()
    progress = fit(stream)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 3
    pattern = (
        r"epoch 3/3  step 4/4  .*loss \S+  .*val_loss \S+  .*[\d,]+ windows/s  "
        r"0:\d\d gone, 0:00 left"
    )
    assert re.fullmatch(pattern, lines[-1])
    assert progress.training_seconds > 0


def test_a_live_line_on_a_terminal():
    stream = Terminal()
    fit(stream)
    assert stream.getvalue().count("\n") == 3
    assert stream.getvalue().startswith("\r\x1b[K")


def test_time_left_of_a_run_that_goes_on():
    stream = io.StringIO()
    fit(stream, epochs=4, initial_epoch=2)
    lines = stream.getvalue().splitlines()
    assert [line.split()[1] for line in lines] == ["3/4", "4/4"]
    assert lines[-1].endswith("0:00 left")


def test_under_continuous_integration_the_last_line_alone(monkeypatch):
    monkeypatch.setenv("CI", "true")
    stream = io.StringIO()
    fit(stream)
    (line,) = stream.getvalue().splitlines()
    assert line.startswith("epoch 3/3")


def test_a_live_line_stays_one_line(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    progress = Progress(batch_size=10, stream=Terminal())
    progress.set_params({"steps": 4, "epochs": 3})
    progress.on_train_begin()
    progress.on_epoch_begin(0)
    progress._shown -= 1.0
    progress.on_train_batch_end(0, {"loss": 1.0, "accuracy": 0.5})
    assert len(progress.stream.getvalue()) <= len("\r\x1b[K") + 39


def test_goes_on_counting_where_it_was_stopped():
    first = fit(io.StringIO(), epochs=2)
    second = Progress(batch_size=10, stream=io.StringIO())
    second.set_state(first.get_state())
    assert second.training_seconds == first.training_seconds > 0
