import io
import re

import keras
import numpy as np

from dltemplates.callbacks import Progress


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
