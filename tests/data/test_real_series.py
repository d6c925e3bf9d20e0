"""Files that others published."""

import numpy as np
import pandas as pd
import pytest

from dltemplates.data.forecast_data import ForecastData
from dltemplates.data.sensor_data import SensorData
from dltemplates.data.sensor_log_source import load_sensor_log
from dltemplates.data.series_file import read_series
from tests.data.small_series import ANOMALY, shared_file


def test_etth1_has_the_windows_of_the_papers():
    series = read_series(shared_file("ETTh1.csv"))
    data = ForecastData(
        series, lookback=336, horizon=96, train_end=8640, validation_end=11520, test_end=14400
    )
    assert len(data.origins("test")) * len(series.names) == 2_785 * 7
    assert series.repairs == []
    raw = pd.read_csv(shared_file("ETTh1.csv"))
    oil = raw["OT"][:8640]
    assert data.mean[-1] == pytest.approx(oil.mean(), rel=1e-6)
    assert data.scale[-1] == pytest.approx(oil.std(ddof=0), rel=1e-6)
    first = data.windows(np.array([11_520]), np.array([6]))
    expected = (raw["OT"][11_520:11_616] - oil.mean()) / oil.std(ddof=0)
    np.testing.assert_allclose(first.targets[0, :, 0], expected, rtol=1e-4, atol=1e-6)


def test_daily_temperatures_lack_the_last_days_of_leap_years():
    series = read_series(shared_file("daily-min-temperatures.csv"))
    assert (series.names, series.frequency, series.length) == (["Temp"], "D", 3652)
    (repair,) = series.repairs
    assert "2 of 3,652 values of 'Temp' are missing" in repair
    assert np.isnan(series.values[0, series.times.get_loc("1988-12-31")])


def test_a_file_with_semicolons_is_forecast_too():
    series = read_series(shared_file("skab-anomaly-free.csv", ANOMALY), targets=["Pressure"])
    assert (series.names, series.frequency, series.length) == (["Pressure"], "s", 9_961)
    raw = pd.read_csv(shared_file("skab-anomaly-free.csv", ANOMALY), sep=";")
    assert np.nanmean(series.values) == pytest.approx(raw["Pressure"].mean(), rel=1e-5)


def test_a_rig_of_skab_with_its_labels():
    path = shared_file("skab-valve1/0.csv", ANOMALY)
    log = load_sensor_log("path", path=str(path), label="anomaly", ignore=["changepoint"])
    raw = pd.read_csv(path, sep=";", parse_dates=["datetime"])
    assert log.series.names == list(raw.columns[1:9])
    assert (log.series.frequency, log.rows_per_day) == ("s", pytest.approx(86_400))
    (repair,) = log.series.repairs
    assert repair.startswith("53 of 1,200 values of each of 8 sensors are missing (4.4%)")
    rows = log.series.times.get_indexer(raw["datetime"])
    np.testing.assert_allclose(log.series.values[:, rows].T, raw.iloc[:, 1:9], rtol=1e-6)
    np.testing.assert_array_equal(log.labels[rows], raw["anomaly"])
    assert np.abs(np.diff(log.labels)).sum() == 2, "one anomaly, in spite of missing rows"
    data = SensorData(log, window=20, train_end=400, validation_end=500)
    assert data.missing
    assert data.windows(data.ends("test")).shape == (700, 20, 8)


def test_a_server_of_nab():
    path = shared_file("nab/realAWSCloudwatch/ec2_cpu_utilization_24ae8d.csv", ANOMALY)
    log = load_sensor_log("path", path=str(path))
    assert (log.series.names, log.series.frequency) == (["value"], "5min")
    assert (log.series.length, log.labels, log.rows_per_day) == (4_032, None, pytest.approx(288))
    data = SensorData(log, window=48)
    assert [len(data.ends(split)) for split in data.splits] == [1_969, 806, 1_210]
