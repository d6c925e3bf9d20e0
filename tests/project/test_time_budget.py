from types import SimpleNamespace

import click
import pytest

from dltemplates.console import Duration
from dltemplates.errors import TrainingError
from dltemplates.project.time_budget import fit_to_time

FOUND = {"start_seconds": 4.0, "epoch_seconds": 8.0, "steps_per_epoch": 50}


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("10m", 600), ("1.5h", 5400), ("1h30m", 5400)]
)
def test_durations(text, seconds):
    assert Duration().convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "0", "ten", "10 m", "m", "-5m", "10x", "1h-30m"])
def test_what_is_no_duration(text):
    with pytest.raises(click.BadParameter, match="90s, 10m or 1h30m"):
        Duration().convert(text, None, None)


@pytest.mark.parametrize(("step", "seconds", "fits"), [("train", 60, 6), ("pretrain", 24, 2)])
def test_epochs_that_fit(step, seconds, fits):
    config = SimpleNamespace(**{step: SimpleNamespace(epochs=3)})
    assert fit_to_time(step, config, seconds, lambda: FOUND) == f"{step}.epochs={fits}"


def test_steps_that_fit():
    config = SimpleNamespace(train=SimpleNamespace(steps="auto", steps_per_epoch=50))
    assert fit_to_time("train", config, 24.5, lambda: FOUND) == "train.steps=128"


def test_nothing_to_train():
    config = SimpleNamespace(finetune=SimpleNamespace(steps=0))
    with pytest.raises(TrainingError, match=r"Nothing is trained: finetune\.steps is 0"):
        fit_to_time("finetune", config, 60, lambda: FOUND)


def test_too_little_time():
    config = SimpleNamespace(train=SimpleNamespace(epochs=3))
    with pytest.raises(TrainingError, match="An epoch takes about 8 seconds"):
        fit_to_time("train", config, 10, lambda: FOUND)
