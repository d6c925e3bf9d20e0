"""The commands of a forecasting project, on a network that was never trained."""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from dltemplates.data.forecast_data import ForecastData
from dltemplates.data.series_file import read_series
from dltemplates.export.forecaster import finish_forecaster, sample_windows
from dltemplates.project.forecasting import command_line
from dltemplates.training.run import Run
from tests.export.test_forecaster import HORIZON, LOOKBACK, make_intervals, make_network

ROWS = 120
CONFIG = """
from dltemplates.project.config import Section

class Data(Section):
    source: str
    path: str
    missing_limit: float
    series_id: str = ""

class Config(Section):
    data: Data
"""
DATA = f"""
from dltemplates.data.forecast_data import ForecastData
from dltemplates.data.series_source import load_series

def load_data(config):
    return ForecastData(
        read_series(config), lookback={LOOKBACK}, horizon={HORIZON}, test_end={ROWS}, train_end=80,
        validation_end={ROWS - HORIZON},
    )

def read_series(config):
    data = config.data
    return load_series(
        data.source,
        path=data.path,
        missing_limit=data.missing_limit,
        series_id=data.series_id,
    )
"""


def table() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(rng.normal(5, 3, (ROWS, 3)), columns=["a", "b", "c"])
    frame.iloc[-2] = np.nan  # in all series: nothing to compare the third step with
    frame.insert(0, "time", pd.date_range("2024-01-01", periods=ROWS, freq="h"))
    return frame


@pytest.fixture
def cli(tmp_path, monkeypatch):
    """Runs a command of a project that has one run."""
    package = tmp_path / "tiny_forecaster"
    package.mkdir()
    for name, text in {"__init__": "", "config": CONFIG, "data": DATA, "model": ""}.items():
        (package / f"{name}.py").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    table().to_csv("series.csv", index=False)
    data = ForecastData(read_series("series.csv"), lookback=LOOKBACK, horizon=HORIZON, train_end=80)
    run = Run.create(tmp_path / "runs", "first")
    text = '[data]\nsource = "path"\npath = "series.csv"\nmissing_limit = 0.2\n'
    run.write_text("config.toml", text)
    run.save_model(finish_forecaster(make_network(data), data, make_intervals(data)))
    group = command_line("tiny_forecaster", "Test.")
    yield lambda *arguments: CliRunner().invoke(group, arguments)
    for name in [name for name in sys.modules if name.startswith("tiny_forecaster")]:
        del sys.modules[name]


def refuse_constant(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


def test_metrics_are_json_also_where_nothing_was_observed(cli, tmp_path):
    result = cli("evaluate", "--json")
    assert result.exit_code == 0, result.output
    text = (tmp_path / "runs/first/metrics.json").read_text("utf-8")
    for each in (text, result.stdout):
        metrics = json.loads(each, parse_constant=refuse_constant)
        coverage = metrics["scores"]["network"]["coverage"]
        assert [share is None for share in coverage] == [False, False, True, False]
        assert metrics["scores"]["network"]["mse"] > 0


def test_recent_rows_need_not_be_fit_for_training(cli, tmp_path):
    recent = table().iloc[-30:]
    recent["a"], recent["further"], recent["empty"] = 4.0, 1.0, np.nan
    recent.iloc[:-3, recent.columns.get_loc("b")] = np.nan
    recent[["further", "empty", "time", "c", "b", "a"]].to_csv("recent.csv", index=False)
    result = cli("predict", "--data", "recent.csv", "--to", "out")
    assert result.exit_code == 0, result.output
    forecast = pd.read_csv(tmp_path / "out/forecast.csv", parse_dates=["time"])
    assert forecast["series"].unique().tolist() == ["a", "b", "c"]
    assert forecast["time"].min() == pd.Timestamp("2024-01-06")
    assert forecast.notna().all(axis=None)


def test_evaluate_keeps_the_errors_of_each_step_and_series(cli, tmp_path):
    result = cli("evaluate")
    assert result.exit_code == 0, result.output
    assert "series.csv" in result.output.splitlines()[-1]
    series = pd.read_csv(tmp_path / "runs/first/series.csv", index_col="series")
    steps = pd.read_csv(tmp_path / "runs/first/horizon.csv", index_col="step")
    assert list(series.index) == ["a", "b", "c"]
    assert list(steps.index) == list(range(1, HORIZON + 1))
    assert (series["network mae"] > 0).all()


def test_series_that_ended_early_are_left_out(cli, tmp_path):
    long = table().melt("time", var_name="site", value_name="sales")
    ended = (long["site"] == "b") & (long.index % ROWS >= ROWS - LOOKBACK)
    long[~ended].to_csv("series.csv", index=False)
    config = tmp_path / "runs/first/config.toml"
    config.write_text(config.read_text() + 'series_id = "site"\n')
    result = cli("predict", "--json", "--to", "out")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["left_out"] == ["b"]
    forecast = pd.read_csv(tmp_path / "out/forecast.csv")
    assert forecast["series"].unique().tolist() == ["a", "c"]
    assert (tmp_path / "out/forecast.png").stat().st_size > 1000


def test_an_export_forecasts_without_its_run(cli, tmp_path):
    data = ForecastData(read_series("series.csv"), lookback=LOOKBACK, horizon=HORIZON, train_end=80)
    run = Run.find(tmp_path / "runs", "first")
    run.write_samples(sample_windows(data, 2))
    assert cli("export").exit_code == 0
    assert cli("predict", "--to", "by-run").exit_code == 0
    shutil.rmtree(run.folder.parent)
    config = (tmp_path / "export/tiny_forecaster/1/config.toml").read_text()
    assert "series.csv" not in config  # where its owner's data lie stays at home
    data = ("--data", "series.csv")
    result = cli("predict", "--export", "export/tiny_forecaster", *data, "--to", "by-export")
    assert result.exit_code == 0, result.output
    tables = [pd.read_csv(tmp_path / name / "forecast.csv") for name in ("by-run", "by-export")]
    pd.testing.assert_frame_equal(*tables, rtol=1e-4)

    (tmp_path / "export/tiny_forecaster/1/config.toml").unlink()
    result = cli("predict", "--export", "export/tiny_forecaster")
    assert result.exit_code == 1
    assert "does not say how its data are read" in result.output
    result = cli("predict", "--export", "export/none")
    assert "No exported model here" in result.output


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.drop(columns="b"), "lack 1 of the model's 3 series: 'b'"),
        (lambda frame: frame.iloc[:5], "5 rows are fewer than the lookback of 8"),
        (
            lambda frame: frame.assign(time=pd.date_range("2024", periods=ROWS, freq="15min")),
            "The frequency is 15min; the model forecasts h",
        ),
    ],
)
def test_what_cannot_be_forecast_from(cli, tmp_path, change, words):
    change(table()).to_csv("recent.csv", index=False)
    result = cli("predict", "--data", "recent.csv", "--to", "out")
    assert result.exit_code == 1
    assert words in result.output
    assert not (tmp_path / "out").exists()


def write_files(count: int) -> None:
    for number in range(count):
        table().iloc[: ROWS - number].to_csv(f"many/{number}.csv", index=False)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_many_files_are_forecast_into_one_table(cli, tmp_path, ending):
    (tmp_path / "many").mkdir()
    write_files(5)
    (tmp_path / "many/3b.csv").write_text("time,a\n2024,1\n")
    result = cli("predict", "--data", "many", "--to", f"all.{ending}", "--json")
    assert result.exit_code == 1, result.output
    assert json.loads(result.stdout) == {"file": f"all.{ending}", "items": 6, "unread": 1}
    read = pd.read_csv if ending == "csv" else pd.read_parquet
    found = read(f"all.{ending}")
    assert list(found)[:4] == ["file", "series", "time", "forecast"]
    assert found["file"].drop_duplicates().tolist()[3:5] == ["many/3.csv", "many/3b.csv"]
    broken = found[found["file"] == "many/3b.csv"]
    assert len(broken) == 1 and broken["error"].notna().all() and broken["time"].isna().all()
    assert cli("predict", "--data", "many/2.csv", "--to", "one").exit_code == 0
    alone = pd.read_csv("one/forecast.csv", parse_dates=["time"])
    among = found[found["file"] == "many/2.csv"].reset_index(drop=True)
    assert pd.to_datetime(among["time"]).tolist() == alone["time"].tolist()
    columns = ["forecast", "lower", "upper"]
    np.testing.assert_allclose(among[columns], alone[columns], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--to", "all.csv"], "--data"),
        (["--data", "none/*.csv", "--to", "all.csv"], "No file is called like this"),
        (["--data", "series.csv", "--resume"], "--resume is for --to"),
        (["--data", "series.csv", "--data", "series.csv"], "More than one --data"),
        (["--data", "series.csv", "--to", "series.csv"], "there already"),
        (["--data", "series.csv", "--to", "series.csv", "--overwrite"], "written over"),
    ],
)
def test_what_cannot_be_forecast_into_a_table(cli, arguments, words):
    before = Path("series.csv").read_text()
    result = cli("predict", *arguments)
    assert result.exit_code != 0 and words in " ".join(result.output.split()), result.output
    assert Path("series.csv").read_text() == before
