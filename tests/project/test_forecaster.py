"""Forecasts from a model and from its export: they agree, and refuse the same."""

from dataclasses import replace

import keras
import numpy as np
import pandas as pd
import pytest

from dltemplates.data.forecast_data import ForecastData
from dltemplates.data.time_series import TimeSeries
from dltemplates.errors import DataError, ExportError
from dltemplates.evaluation.ridge import fit_ridge
from dltemplates.export.forecast_requests import savedmodel_requests
from dltemplates.export.forecaster import (
    finish_forecaster,
    forecaster_archive,
    raw_window,
    sample_windows,
)
from dltemplates.export.parity import check_parity
from dltemplates.export.savedmodel import export_savedmodel
from dltemplates.project.forecaster import (
    ExportedForecaster,
    Forecaster,
    KerasForecaster,
    report_on,
)
from tests.data.small_series import small_series
from tests.export.test_forecaster import HORIZON, LOOKBACK, make_data, make_intervals, make_network


@pytest.fixture(scope="module")
def data():
    return make_data(covariates=True, ahead=HORIZON)


@pytest.fixture(scope="module")
def model(data):
    return finish_forecaster(make_network(data), data, make_intervals(data))


@pytest.fixture(scope="module")
def folder(data, model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    requests = savedmodel_requests(model, sample_windows(data, 2))
    export_savedmodel(
        forecaster_archive(model), folder, lambda version: check_parity(version, requests)
    )
    return folder


@pytest.fixture(params=["keras", "export"])
def forecaster(request) -> Forecaster:
    if request.param == "keras":
        return KerasForecaster(request.getfixturevalue("model"))
    return ExportedForecaster(request.getfixturevalue("folder"))


def test_without_validation_there_is_no_report(data, model):
    unsplit = ForecastData(data.series, lookback=LOOKBACK, horizon=HORIZON, validation_fraction=0.0)
    with pytest.raises(DataError, match="no validation split"):
        report_on(model, unsplit, "test")


@pytest.mark.parametrize(
    ("walk", "words"),
    [
        (False, "added to the ridge regression was not clearly better in validation, so the"),
        (True, "was clearly better in validation than repeating the last value, so that is the"),
    ],
)
def test_a_silenced_network_is_said_to_be_the_regression(walk, words):
    series = small_series(rows=600, names="a")
    if walk:
        series.values[:] = np.random.default_rng(1).normal(size=600).cumsum()
    data = ForecastData(series, lookback=LOOKBACK, horizon=HORIZON)
    values = keras.Input((LOOKBACK,), name="values")
    number = keras.Input((), dtype="int32", name="series")
    linear = keras.layers.Dense(HORIZON, use_bias=False, name="linear")
    residual = keras.layers.Dense(HORIZON, kernel_initializer="zeros", name="residual")
    last = values[:, -1:]
    forecast = last + linear(values - last) + residual(values)
    network = keras.Model({"values": values, "series": number}, forecast[..., None])
    linear.set_weights([fit_ridge(data).kernel])
    report = report_on(finish_forecaster(network, data, None), data, "test")
    assert words in report.verdict()
    assert report.scores["network"].mse == pytest.approx(report.scores["ridge"].mse, rel=1e-4)
    linear.set_weights([fit_ridge(data).kernel + 0.01])
    report = report_on(finish_forecaster(network, data, None), data, "test")
    assert "The map was fine-tuned" in report.verdict()
    assert "ridge by MSE" in report.verdict() or "beats every" in report.verdict()
    residual.set_weights([0.1 * np.ones((LOOKBACK, HORIZON)), np.zeros(HORIZON)])
    report = report_on(finish_forecaster(network, data, None), data, "test")
    assert report.fallback is None
    assert "does not beat" in report.verdict()


def test_it_knows_what_it_forecasts(forecaster):
    assert forecaster.names == ["a", "b", "c"]
    assert forecaster.frequency == "h"
    assert (forecaster.lookback, forecaster.horizon) == (LOOKBACK, HORIZON)


def test_both_forecast_what_follows_the_last_row(data, model, folder):
    tables = [
        each.forecast(data.series) for each in (KerasForecaster(model), ExportedForecaster(folder))
    ]
    assert list(tables[0]) == ["series", "time", "forecast", "lower", "upper"]
    assert tables[0]["series"].tolist() == [name for name in "abc" for _ in range(HORIZON)]
    assert tables[0]["time"].min() == data.series.times[data.series.length]
    pd.testing.assert_frame_equal(*tables, rtol=1e-4)
    answer = model(raw_window(data.series, LOOKBACK, HORIZON, data.series.length))
    of_b = tables[0].loc[tables[0]["series"] == "b", "upper"]
    np.testing.assert_allclose(of_b, np.asarray(answer["upper"])[0, :, 1], rtol=1e-4)


def test_another_order_and_further_series_change_nothing(forecaster, data):
    more = small_series(names="abcd", covariates=True, ahead=HORIZON)
    more.values[:3], more.past.values[:3] = data.series.values, data.series.past.values
    more.known.values[:] = data.series.known.values
    pd.testing.assert_frame_equal(
        forecaster.forecast(more.take(["d", "b", "c", "a"])), forecaster.forecast(data.series)
    )


def test_missing_series(forecaster, data):
    with pytest.raises(
        DataError, match=r"The data lack 2 of the model's 3 series: 'a', 'c'\."
    ) as e:
        forecaster.forecast(data.series.take(["b"]))
    assert "the data have 'b'" in str(e.value)


class Thousand(Forecaster):
    """A forecaster of a thousand series, which no test gets as far as asking."""

    def __init__(self) -> None:
        self.names = [f"site {number}" for number in range(1000)]
        self.frequency = ""
        self.lookback, self.horizon = 8, 4

    def answer(self, window):
        raise AssertionError


def thousand(**changes) -> TimeSeries:
    times = pd.date_range("2024-01-01", periods=20, freq="h")
    return replace(TimeSeries(times, Thousand().names, np.ones((1000, 20), "float32")), **changes)


def test_messages_stay_short_at_a_thousand_series():
    others = [f"place {number}" for number in range(1000)]
    with pytest.raises(DataError, match=r"lack 1,000 .*'site 4' and 995 more") as missing:
        Thousand().forecast(thousand(names=others))
    silent = np.full((1000, 20), np.nan, "float32")
    silent[:, 0] = 1
    with pytest.raises(DataError, match=r"1,000 series are without.* and 995 more") as empty:
        Thousand().forecast(thousand(values=silent))
    assert max(len(str(error.value)) for error in (missing, empty)) < 300


def test_another_frequency(forecaster, data):
    times = pd.date_range("2024-01-01", periods=len(data.series.times), freq="15min")
    with pytest.raises(DataError, match="frequency is 15min; the model forecasts h"):
        forecaster.forecast(replace(data.series, times=times))


def test_the_same_frequency_by_another_name(forecaster, data):
    times = pd.date_range("2024-01-01", periods=len(data.series.times), freq="60min")
    assert len(forecaster.forecast(replace(data.series, times=times))) == 3 * HORIZON


def test_a_series_without_a_recent_value_is_left_out(forecaster, data, caplog):
    values = data.series.values.copy()
    values[1, -LOOKBACK:] = np.nan
    forecast = forecaster.forecast(replace(data.series, values=values))
    assert "1 of 3 series, without a value in the last 8 rows" in caplog.text
    assert caplog.text.rstrip().endswith(": 'b'.")
    whole = forecaster.forecast(data.series)
    others = whole[whole["series"] != "b"].reset_index(drop=True)
    pd.testing.assert_frame_equal(forecast, others, rtol=1e-5)

    caplog.clear()
    values[1, -LOOKBACK] = 5
    forecast = forecaster.forecast(replace(data.series, values=values))
    assert forecast.notna().all(axis=None)
    assert forecast["series"].unique().tolist() == ["a", "b", "c"]
    assert not caplog.text
    values[:, -LOOKBACK:] = np.nan
    with pytest.raises(DataError, match="All 3 series are without a value"):
        forecaster.forecast(replace(data.series, values=values))


def test_an_export_that_takes_other_inputs(folder, data):
    exported = ExportedForecaster(folder)
    with pytest.raises(ExportError, match=r"times \(12,\).*; the data make values \(8, 3\)"):
        exported.forecast(small_series())
    narrow = replace(data.series.past, names=["wind"], values=data.series.past.values[..., :1])
    with pytest.raises(ExportError, match=r"past \(8, 3, 2\).* make .*past \(8, 3, 1\)"):
        exported.forecast(replace(data.series, past=narrow))
