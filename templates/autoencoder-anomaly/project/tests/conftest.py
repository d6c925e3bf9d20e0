import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from dltemplates.project.anomaly_detection import command_line
from dltemplates.project.config import load_config

from my_app.config import Config

CONFIG = Path(__file__).parents[1] / "config.toml"


#% if kind == "series"
@pytest.fixture(scope="session")
def file(tmp_path_factory) -> Path:
    """A day of a pump by the minute: three sensors that follow its load, a gap, and two faults."""
    rows = np.arange(1440)
    random = np.random.default_rng(0)
    load = np.sin(rows * np.pi / 60) + 0.1 * random.normal(size=len(rows))
    table = pd.DataFrame(
        {
            "time": pd.date_range("2025-01-01", periods=len(rows), freq="min"),
            "flow": 40 + 10 * load + random.normal(size=len(rows)),
            "pressure": 5 - load + 0.1 * random.normal(size=len(rows)),
            "current": 20 + 5 * load + 0.5 * random.normal(size=len(rows)),
            "anomaly": 0,
        }
    )
    table.loc[100:104, "flow"] = np.nan
    table.loc[1200:1219, ["pressure", "anomaly"]] = [9.0, 1]
    table.loc[1350:1359, ["current", "anomaly"]] = [60.0, 1]
    path = tmp_path_factory.mktemp("data") / "log.csv"
    table.to_csv(path, index=False)
    return path
#% else
@pytest.fixture(scope="session")
def file(tmp_path_factory) -> Path:
    """500 parts: four features that belong together, a gap, and 20 where they do not."""
    random = np.random.default_rng(0)
    size = random.uniform(1, 3, 500)
    table = pd.DataFrame(
        {
            "length": 10 * size,
            "weight": 2 * size**2,
            "force": 30 + 5 * size,
            "temperature": 20 + random.normal(size=500),
            "anomaly": 0,
        }
    )
    table[["length", "weight", "force"]] *= random.normal(1, 0.02, (500, 3))
    table.loc[10:14, "force"] = np.nan
    table.loc[::25, "weight"] += 15
    table.loc[::25, "anomaly"] = 1
    path = tmp_path_factory.mktemp("data") / "parts.csv"
    table.to_csv(path, index=False)
    return path
#% endif


@pytest.fixture(scope="session")
def settings(file) -> tuple[str, ...]:
    """Settings for a short run on the file."""
    return (
        "data.source=path",
        f"data.path={file}",
        #% if kind == "series"
        "data.sensors=[]",
        "data.timestamp=",
        "data.frequency=auto",
        "data.window=15",
        #% else
        "data.features=[]",
        #% endif
        "data.label=anomaly",
        "data.ignore=[]",
        "data.exclude_labelled=true",
        "data.missing_limit=0.2",
        "data.validation_fraction=0.2",
        "data.test_fraction=0.3",
        *(f"data.{name}=" for name in ("train_end", "validation_end", "test_end")),
        "alarm.false_alarm_rate=0.05",
        "train.steps=20",
        "train.steps_per_epoch=10",
        "train.batch_size=32",
    )


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="session")
def run(folder):
    """Runs a command of the project; returns its exit code and output."""
    cli = command_line("my_app", "Test.")

    def invoke(*arguments, given: str | None = None) -> tuple[int, str]:
        words = ["--runs", str(folder / "runs"), *(str(argument) for argument in arguments)]
        result = CliRunner().invoke(cli, words, input=given)
        return result.exit_code, result.output

    return invoke


@pytest.fixture(scope="session")
def trained(run, settings, folder) -> Path:
    """The folder of a short run."""
    options = [part for setting in settings for part in ("--set", setting)]
    code, output = run("train", "--config", CONFIG, "--name", "first", "--json", *options)
    assert code == 0, output
    assert '"caution": "' in output
    return folder / "runs/first"


@pytest.fixture(scope="session")
def exported(run, trained, folder) -> Path:
    """The export of that run."""
    code, output = run("export", "--name", "detector", "--to", folder / "export")
    assert code == 0, output
    return folder / "export/detector"


@pytest.fixture
def config(settings) -> Config:
    return load_config(Config, CONFIG, settings)
#% if serve


def readme_client(url: str) -> str:
    """The code with which README.md asks a server, for the model at `url`."""
    readme = CONFIG.with_name("README.md").read_text("utf-8")
    code = next(part for part in readme.split("```") if "urlopen" in part).removeprefix("python\n")
    name = "my_app"
    return code.replace(f"http://localhost:8501/v1/models/{name}", url)
#% endif
