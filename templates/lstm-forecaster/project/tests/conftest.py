import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from dltemplates.project.config import load_config
from dltemplates.project.forecasting import command_line

from my_app.config import Config

CONFIG = Path(__file__).parents[1] / "config.toml"


@pytest.fixture(scope="session")
def file(tmp_path_factory) -> Path:
    """Two hourly series of 40 days with a daily cycle, a gap in one of them."""
    rows = np.arange(960)
    random = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "time": pd.date_range("2025-01-01", periods=len(rows), freq="h"),
            "north": 50 + 10 * np.sin(rows * np.pi / 12) + random.normal(size=len(rows)),
            "south": 900 + 300 * np.cos(rows * np.pi / 12) + 20 * random.normal(size=len(rows)),
        }
    )
    table.loc[100:104, "north"] = np.nan
    path = tmp_path_factory.mktemp("data") / "series.csv"
    table.to_csv(path, index=False)
    return path


@pytest.fixture
def other_file(tmp_path, file) -> Path:
    """One of the two, and a series that was not among them; none of the last has a gap."""
    table = pd.read_csv(file)[["time", "south"]]
    table["west"] = 3 + table["south"].shift(5).bfill() / 100
    table.to_csv(tmp_path / "other.csv", index=False)
    return tmp_path / "other.csv"


@pytest.fixture(scope="session")
def settings(file) -> tuple[str, ...]:
    """Settings for a short run on the file."""
    return (
        "data.source=path",
        f"data.path={file}",
        *(f"data.{name}=[]" for name in ("targets", "past", "known", "static")),
        *(f"data.{name}=" for name in ("timestamp", "series_id", "value")),
        *(f"data.{name}=" for name in ("train_end", "validation_end", "test_end")),
        *(f"data.{name}=auto" for name in ("frequency", "seasonal_period")),
        "data.missing_limit=0.2",
        "data.validation_fraction=0.2",
        "data.test_fraction=0.2",
        "data.gap=0",
        "data.lookback=48",
        "data.horizon=30",
        "train.steps=4",
        "train.steps_per_epoch=2",
        "train.batch_size=16",
        "finetune.steps=2",
    )


@pytest.fixture
def config(settings) -> Config:
    return load_config(Config, CONFIG, settings)


def options(settings) -> list[str]:
    return [part for setting in settings for part in ("--set", setting)]


@pytest.fixture(scope="session")
def exported(tmp_path_factory, settings) -> Path:
    """The export of `runs/first` beside it, a short run on the file."""
    folder = tmp_path_factory.mktemp("project")
    cli = command_line("my_app", "Test.")
    for arguments in (
        ["train", "--config", str(CONFIG), "--name", "first", *options(settings)],
        ["export", "--name", "north-and-south", "--to", str(folder / "export")],
    ):
        result = CliRunner().invoke(cli, ["--runs", str(folder / "runs"), *arguments])
        assert result.exit_code == 0, result.output
    return folder / "export/north-and-south"
#% if serve


def readme_client(url: str) -> str:
    """The code with which README.md asks a server, for the model at `url`."""
    readme = CONFIG.with_name("README.md").read_text("utf-8")
    code = next(part for part in readme.split("```") if "urlopen" in part).removeprefix("python\n")
    name = "my_app"
    return code.replace(f"http://localhost:8501/v1/models/{name}", url)
#% endif
