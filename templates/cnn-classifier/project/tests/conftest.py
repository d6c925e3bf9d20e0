import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest
from click.testing import CliRunner
from dltemplates.project.config import load_config
from dltemplates.project.image_classification import command_line

from my_app.config import Config

CONFIG = Path(__file__).parents[1] / "config.toml"


def make_photos(place: Path) -> Path:
    """Two classes of twenty photos, told apart by their brightness."""
    random = np.random.default_rng(0)
    for name, low in (("night", 0), ("day", 128)):
        folder = place / name
        folder.mkdir(parents=True)
        for number in range(20):
            keras.utils.save_img(
                folder / f"{number}.png", random.integers(low, low + 128, (40, 36, 3)), scale=False
            )
    return place


def short_run(photos: Path) -> tuple[str, ...]:
    """Settings for a short run on the photos."""
    return ("data.source=path", f"data.path={photos}", "train.epochs=1", "train.batch_size=8")


@pytest.fixture
def photos(tmp_path) -> Path:
    return make_photos(tmp_path / "photos")


@pytest.fixture
def settings(photos) -> tuple[str, ...]:
    return short_run(photos)


@pytest.fixture
def config(settings) -> Config:
    return load_config(Config, CONFIG, settings)


def options(settings) -> list[str]:
    return [part for setting in settings for part in ("--set", setting)]


@pytest.fixture(scope="session")
def exported(tmp_path_factory) -> Path:
    """The export of `runs/first` beside it, a short run on the photos beside both."""
    folder = tmp_path_factory.mktemp("project")
    settings = short_run(make_photos(folder / "photos"))
    cli = command_line("my_app", "Test.")
    for arguments in (
        ["train", "--config", str(CONFIG), "--name", "first", *options(settings)],
        ["export", "--name", "photos", "--to", str(folder / "export")],
    ):
        result = CliRunner().invoke(cli, ["--runs", str(folder / "runs"), *arguments])
        assert result.exit_code == 0, result.output
    return folder / "export/photos"
#% if serve


def readme_client(url: str) -> str:
    """The code with which README.md asks a server, for the model at `url`."""
    readme = CONFIG.with_name("README.md").read_text("utf-8")
    code = next(part for part in readme.split("```") if "urlopen" in part).removeprefix("python\n")
    name = "my_app"
    return code.replace(f"http://localhost:8501/v1/models/{name}", url)
#% endif
