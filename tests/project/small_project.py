"""A project whose training takes a moment: a line through a few points."""

import sys
from collections.abc import Iterator
from pathlib import Path

CONFIG = """
from typing import Annotated, Literal
from pydantic import Field
from dltemplates.project.config import Section
from dltemplates.project.search_space import TuneTable, tune_table

class Model(Section):
    kind: Literal["line", "broken"]
    dropout: Annotated[float, Field(ge=0.0, le=0.9)]

class Train(Section):
    epochs: Annotated[int, Field(ge=1)]
    learning_rate: Literal["auto"] | Annotated[float, Field(gt=0.0, le=1e9)]
    seed: int

class Config(Section):
    model: Model
    train: Train
    tune: TuneTable = tune_table()
"""
TRAIN = """
import keras
import numpy as np
from dltemplates.callbacks import Checkpoint

def train(config, run):
    keras.utils.set_random_seed(config.train.seed)
    if config.model.kind == "broken":
        raise MemoryError
    rate = 0.1 if config.train.learning_rate == "auto" else config.train.learning_rate
    x = np.random.default_rng(0).normal(size=(256, 2)).astype("float32")
    y = x @ np.array([[1.0], [2.0]], "float32") + 1.0
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(float(rate)), loss="mse", steps_per_execution=2)
    checkpoint = Checkpoint(run.checkpoints, monitor="val_loss", mode="min")
    model.fit(x[:192], y[:192], batch_size=32, epochs=config.train.epochs, verbose=0,
        validation_data=(x[192:], y[192:]),
        callbacks=[keras.callbacks.TerminateOnNaN(raise_error=True), *run.callbacks, checkpoint])
    return checkpoint.best()
"""
TOML = """[model]
kind = "line"
dropout = 0.0
[train]
epochs = 2
learning_rate = "auto"
seed = 0
"""
SPACE = """[tune.space]
"train.learning_rate" = { low = 1e-3, high = 0.3, log = true }
"model.dropout" = [0.0, 0.5]
"""


def write_project(folder: Path, space: str = "") -> None:
    """Writes the project `tiny_line` into a folder."""
    package = folder / "tiny_line"
    package.mkdir()
    for name, text in {"__init__": "", "config": CONFIG, "train": TRAIN}.items():
        (package / f"{name}.py").write_text(text, "utf-8")
    (folder / "config.toml").write_text(TOML + space, "utf-8")


def in_project(folder: Path, monkeypatch) -> Iterator[Path]:
    """Makes `tiny_line` importable and its folder the current one."""
    monkeypatch.syspath_prepend(folder)
    monkeypatch.chdir(folder)
    yield folder
    for name in [name for name in sys.modules if name.startswith("tiny_line")]:
        del sys.modules[name]
