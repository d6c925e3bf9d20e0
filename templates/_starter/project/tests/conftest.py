import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from dltemplates.project.config import load_config

from my_app.commands import command_line
from my_app.config import Config

CONFIG = Path(__file__).parents[1] / "config.toml"


@pytest.fixture(scope="session")
def file(tmp_path_factory) -> Path:
    """Two hundred rows; the class follows from the first two features, and one value is missing."""
    random = np.random.default_rng(0)
    table = pd.DataFrame(random.normal(size=(200, 3)), columns=["length", "weight", "force"])
    table["label"] = np.where(table["length"] + table["weight"] > 0, "good", "bad")
    table.loc[3, "force"] = np.nan
    path = tmp_path_factory.mktemp("data") / "parts.csv"
    table.to_csv(path, index=False)
    return path


@pytest.fixture(scope="session")
def settings(file) -> tuple[str, ...]:
    """Settings for a short run on the file."""
    return (
        "data.source=path",
        f"data.path={file}",
        "data.label=label",
        "model.width=16",
        "train.epochs=20",
        "train.learning_rate=0.01",
    )


@pytest.fixture
def config(settings) -> Config:
    return load_config(Config, CONFIG, settings)


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="session")
def run(folder):
    """Runs a command of the project; returns its exit code and output."""

    def invoke(*arguments) -> tuple[int, str]:
        words = ["--runs", str(folder / "runs"), *(str(argument) for argument in arguments)]
        result = CliRunner().invoke(command_line(), words)
        return result.exit_code, result.output

    return invoke


@pytest.fixture(scope="session")
def trained(run, settings, folder) -> Path:
    """The folder of a short run."""
    options = [part for setting in settings for part in ("--set", setting)]
    code, output = run("train", "--config", CONFIG, "--name", "first", *options)
    assert code == 0, output
    return folder / "runs/first"
