import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pandas as pd
import pytest
from dltemplates.project.config import load_config

from my_app.config import Config

CONFIG = Path(__file__).parents[1] / "config.toml"


@pytest.fixture
def file(tmp_path) -> Path:
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
    table.to_csv(tmp_path / "series.csv", index=False)
    return tmp_path / "series.csv"


@pytest.fixture
def other_file(tmp_path, file) -> Path:
    """One of the two, and a series that was not among them; none of the last has a gap."""
    table = pd.read_csv(file)[["time", "south"]]
    table["west"] = 3 + table["south"].shift(5).bfill() / 100
    table.to_csv(tmp_path / "other.csv", index=False)
    return tmp_path / "other.csv"


@pytest.fixture
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
