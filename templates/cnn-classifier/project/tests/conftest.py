import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest
from dltemplates.project.config import load_config

from my_app.config import Config

CONFIG = Path(__file__).parents[1] / "config.toml"


@pytest.fixture
def photos(tmp_path) -> Path:
    """Two classes of twenty photos, told apart by their brightness."""
    random = np.random.default_rng(0)
    for name, low in (("night", 0), ("day", 128)):
        folder = tmp_path / "photos" / name
        folder.mkdir(parents=True)
        for number in range(20):
            keras.utils.save_img(
                folder / f"{number}.png", random.integers(low, low + 128, (40, 36, 3)), scale=False
            )
    return tmp_path / "photos"


@pytest.fixture
def settings(photos) -> tuple[str, ...]:
    """Settings for a short run on the photos."""
    return ("data.source=path", f"data.path={photos}", "train.epochs=1", "train.batch_size=8")


@pytest.fixture
def config(settings) -> Config:
    return load_config(Config, CONFIG, settings)
