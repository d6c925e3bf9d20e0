"""Small projects with a finished model each, for the tests of their commands."""

import sys

import pandas as pd
import pytest
from click.testing import CliRunner

from dltemplates.data.table_data import TableData
from dltemplates.export.detector_archive import sample_logs, sample_rows
from dltemplates.project.anomaly_detection import command_line
from dltemplates.training.run import Run
from tests.export.small_detector import (
    WINDOW,
    machine_table,
    pump_data,
    sensor_detector,
    table_detector,
)
from tests.project.small_text_project import text_project

CONFIG = """
from dltemplates.project.config import Section

class Data(Section):
    source: str
    path: str
    label: str
    ignore: list[str]
    missing_limit: float
    test_fraction: float = 0.3
    window: int = 6
    {kind}: list[str]

class Alarm(Section):
    false_alarm_rate: float
    merge_gap: int = 5

class Config(Section):
    data: Data
    alarm: Alarm
"""
SERIES = f"""
from dltemplates.data.sensor_data import SensorData
from dltemplates.data.sensor_log_source import load_sensor_log

def load_data(config):
    return SensorData(read_log(config), window={WINDOW}, test_fraction=config.data.test_fraction)

def read_log(config):
    data = config.data
    return load_sensor_log(data.source, path=data.path, sensors=data.sensors, label=data.label,
        ignore=data.ignore, missing_limit=data.missing_limit)
"""
TABLE = """
from dltemplates.data.table_data import TableData
from dltemplates.data.feature_table_source import load_feature_table

def load_data(config):
    return TableData(read_table(config), test_fraction=config.data.test_fraction)

def read_table(config):
    data = config.data
    return load_feature_table(data.source, path=data.path, features=data.features,
        label=data.label, ignore=data.ignore, missing_limit=data.missing_limit)
"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The models, made once."""
    folder, data, table = tmp_path_factory.mktemp("saved"), pump_data(), TableData(machine_table())
    sensor_detector(data).save(folder / "sensors.keras")
    table_detector(table).save(folder / "features.keras")
    return folder, {"sensors": sample_logs(data, 1), "features": sample_rows(table)}


def project(folder, saved, kind, source):
    package = folder / "tiny_detector"
    package.mkdir()
    config = CONFIG.format(kind=kind)
    for name, text in {"__init__": "", "config": config, "data": source, "model": ""}.items():
        (package / f"{name}.py").write_text(text, "utf-8")
    run = Run.create(folder / "runs", "first")
    text = '[data]\nsource = "path"\npath = "data.csv"\nlabel = "bad"\nignore = []\n'
    text += f"missing_limit = 0.2\n{kind} = []\n[alarm]\nfalse_alarm_rate = 0.02\n"
    run.write_text("config.toml", text)
    run.model_path.write_bytes((saved[0] / f"{kind}.keras").read_bytes())
    run.write_samples(saved[1][kind])


def forget():
    for name in [name for name in sys.modules if name.startswith("tiny_detector")]:
        del sys.modules[name]


@pytest.fixture
def series(tmp_path, monkeypatch, saved):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    log_frame().to_csv("data.csv", index=False)
    project(tmp_path, saved, "sensors", SERIES)
    group = command_line("tiny_detector", "Test.")
    yield lambda *arguments, **kinds: CliRunner().invoke(group, arguments, **kinds)
    forget()


@pytest.fixture
def table(tmp_path, monkeypatch, saved):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    table_frame().to_csv("data.csv", index=False)
    project(tmp_path, saved, "features", TABLE)
    group = command_line("tiny_detector", "Test.")
    yield lambda *arguments, **kinds: CliRunner().invoke(group, arguments, **kinds)
    forget()


@pytest.fixture(name="text_project")
def _text_project(tmp_path, monkeypatch):
    yield from text_project(tmp_path, monkeypatch)


def log_frame():
    log = pump_data().log
    frame = pd.DataFrame(log.series.values.T, columns=log.series.names)
    frame.insert(0, "time", log.series.times)
    return frame.assign(bad=log.labels)


def table_frame():
    table = machine_table()
    return pd.DataFrame(table.values, columns=table.names).assign(bad=table.labels)


def refused(result, words):
    """In words, with an exit status, and without a traceback."""
    assert result.exit_code in (1, 2)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    assert words in " ".join(result.output.split())
