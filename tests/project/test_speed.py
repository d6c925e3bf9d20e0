from pathlib import Path
from typing import Literal

import pytest

import dltemplates
from dltemplates.errors import TrainingError
from dltemplates.project.config import Section
from dltemplates.project.speed import ask_child, measure_speed, unit_of

PROJECT = {
    "__init__.py": "",
    "config.py": """
from dltemplates.project.config import Section

class Data(Section):
    label: str

class Train(Section):
    steps: int
    precision: str

class Config(Section):
    data: Data
    train: Train
""",
    "train.py": """
import keras
import numpy as np

def train(config, run):
    print("reading")
    if config.data.label == "broken":
        raise RuntimeError("no such label")
    if config.data.label == "diverged":
        raise FloatingPointError("loss")
    keras.config.set_dtype_policy(config.train.precision)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.ones((240, 3), "float32")
    model.fit(x, x[:, :1], batch_size=8, epochs=2, callbacks=run.callbacks, verbose=0)
""",
}
CONFIG = '[data]\nlabel = "{}"\n[train]\nsteps = 60\nprecision = "float32"\n'


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tmp_path / "probed_app"
    folder.mkdir()
    for name, text in PROJECT.items():
        (folder / name).write_text(text)
    (tmp_path / "config.toml").write_text(CONFIG.format("y"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(dltemplates.__file__).parents[1]))
    return tmp_path


def ask(project, *overrides, limit=120.0):
    return ask_child("probed_app", project / "runs", project / "config.toml", overrides, limit)


def test_a_training_is_measured_in_another_process(project):
    found = ask(project, "train.precision=mixed_bfloat16")
    assert found["precision"] == "mixed_bfloat16"
    assert (found["timed_steps"], found["epochs"], found["steps_per_epoch"]) == (20, 2, 30)
    assert found["items_per_second"] == pytest.approx(8 / found["seconds_per_step"])
    assert found["peak_memory"] > 50 * 2**20
    assert "keras" not in found
    assert not (project / "runs").exists()


def test_a_training_that_fails_says_why(project):
    with pytest.raises(TrainingError, match="RuntimeError: no such label"):
        ask(project, "data.label=broken")
    with pytest.raises(TrainingError, match="diverged"):
        ask(project, "data.label=diverged")
    with pytest.raises(TrainingError, match="within 1 seconds") as caught:
        ask(project, limit=1.0)
    assert "--limit" in caught.value.hint


def found(precision, seconds, auto="mixed_bfloat16", **others):
    return {
        "precision": precision,
        "auto_precision": auto,
        "seconds_per_step": seconds,
        "items_per_second": 8 / seconds,
        "validation_seconds": 0.5,
        "validation_measured": True,
        "timed_steps": 20,
        "steps_per_epoch": 30,
        "epochs": 2,
        "run_seconds": 65.0,
        "peak_memory": 10**9,
        **others,
    }


class Stopwatch:
    """Gives the times it was told, by precision, and remembers what was asked."""

    def __init__(self, configured, **times):
        self.configured, self.times, self.asked = configured, times, []

    def __call__(self, precision):
        precision = precision or self.configured
        self.asked.append(precision)
        if not self.times.get(precision):
            raise TrainingError("It failed.")
        return found(precision, self.times[precision].pop(0))


def test_the_fastest_precision_is_named():
    watch = Stopwatch("float32", float32=[0.2], mixed_bfloat16=[0.1])
    speed = measure_speed(watch, "images", choice=True)
    assert watch.asked == ["float32", "mixed_bfloat16"]
    assert speed.as_dict()["fastest_precision"] == "mixed_bfloat16"
    text = "\n".join(speed.lines())
    assert "mixed_bfloat16, 2.00 times as fast: set train.precision" in text
    assert "images/s" in text and "1:05 min" in text and "60 steps in all" in text


def test_close_ones_are_measured_again_the_other_way_round():
    watch = Stopwatch("float32", float32=[0.11, 0.11], mixed_bfloat16=[0.10, 0.05])
    speed = measure_speed(watch, "images", choice=True)
    assert watch.asked == ["float32", "mixed_bfloat16", "mixed_bfloat16", "float32"]
    assert speed.measured["mixed_bfloat16"]["seconds_per_step"] == 0.05


def test_a_precision_that_fails_is_said_and_the_configured_one_must_not():
    speed = measure_speed(Stopwatch("float32", float32=[0.1]), "rows", choice=True)
    assert speed.failed == {"mixed_bfloat16": "It failed."}
    assert "mixed_bfloat16: It failed." in "\n".join(speed.lines())
    with pytest.raises(TrainingError):
        measure_speed(Stopwatch("float32"), "rows", choice=True)


def test_without_a_choice_there_is_one_measurement():
    watch = Stopwatch("float32", float32=[0.1])
    assert list(measure_speed(watch, "rows", choice=False).measured) == ["float32"]
    assert watch.asked == ["float32"]


def test_what_was_not_measured_is_said():
    short = found("float32", 1.0, timed_steps=0, validation_measured=False)
    text = "\n".join(measure_speed(lambda precision: short, "rows", choice=False).lines())
    assert "too short to be timed" in text
    assert "Validation takes longer" in text


def test_units():
    def schema(**fields):
        data = type("Data", (Section,), {"__annotations__": fields})
        return type("Config", (Section,), {"__annotations__": {"data": data}})

    assert unit_of(schema(image_size=int)) == "images"
    assert unit_of(schema(text_column=str)) == "texts"
    assert unit_of(schema(window=Literal["auto"])) == "windows"
    assert unit_of(schema(label=str)) == "rows"
