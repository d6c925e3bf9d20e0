import keras
import numpy as np
import pytest

from dltemplates.callbacks import Checkpoint
from dltemplates.callbacks.epoch_report import EpochReport, Monitored


def fit(callbacks, validation=True):
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", loss="mse", metrics=["mae"])
    x = np.ones((8, 1))
    held_out = (x, x) if validation else None
    return model.fit(x, x, epochs=2, validation_data=held_out, callbacks=callbacks, verbose=0)


@pytest.mark.parametrize("first", [True, False])
def test_what_the_checkpoint_monitors(tmp_path, first):
    begun, reported = [], []
    report = EpochReport(begun.append, lambda value, epoch: reported.append((epoch, value)))
    checkpoint = Checkpoint(tmp_path, monitor="val_mae", mode="max")
    callbacks = [report, checkpoint] if first else [checkpoint, report]
    history = fit(callbacks).history
    assert begun == [Monitored("val_mae", "max", 2)]
    assert reported == list(enumerate(history["val_mae"]))
    assert report.last_value == history["val_mae"][-1]


def test_without_a_checkpoint_and_without_validation():
    report = EpochReport(report=lambda value, epoch: pytest.fail("There is no such value."))
    fit([report], validation=False)
    assert report.monitored == Monitored("val_loss", "min", 2)
    assert report.last_value is None
