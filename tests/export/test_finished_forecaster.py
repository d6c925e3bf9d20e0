"""What a finished forecaster is found to be, and which data fit it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dltemplates.data.forecast_data import ForecastData
from dltemplates.errors import RunError
from dltemplates.export.finished_forecaster import forecaster_change, read_forecaster
from dltemplates.export.forecaster import finish_forecaster
from tests.data.small_series import small_series
from tests.export.test_forecaster import HORIZON, LOOKBACK, make_data, make_intervals, make_network


def finished(data):
    return finish_forecaster(make_network(data), data, make_intervals(data))


@pytest.fixture(scope="module")
def model():
    return finished(make_data(covariates=True))


def test_what_it_is(model):
    found = read_forecaster(model)
    assert found.names == ["a", "b", "c"]
    assert (found.lookback, found.horizon, found.frequency) == (LOOKBACK, HORIZON, "h")
    assert [name for _, name in found.features] == [
        *("wind", "rain", "price", "hour_sin", "hour_cos", "weekend")
    ]


def test_features_come_back_in_the_old_scale(model):
    old = make_data(covariates=True)
    raised = replace(
        old.series, past=replace(old.series.past, values=7 * old.series.past.values + 3)
    )
    new = ForecastData(raised, lookback=LOOKBACK, horizon=HORIZON)
    change = forecaster_change(finished(new), old, None)
    windows = old.windows(np.array([20, 21]), np.array([0, 1])).inputs
    raw = old.features["past"]
    seen = windows["history"][..., :2] * raw.scale + raw.mean
    expected = (seen - new.features["past"].mean) / new.features["past"].scale
    np.testing.assert_allclose(
        change.history.features(windows["history"])[..., :2], expected, rtol=1e-4, atol=1e-4
    )
    np.testing.assert_allclose(change.known.features(windows["known"]), windows["known"], atol=1e-5)


@pytest.mark.parametrize("lacking", ["old", "new"])
def test_values_may_be_missing_in_one_of_the_two(lacking):
    whole, gaps = make_data(), make_data(missing=True)
    old, new = (gaps, whole) if lacking == "old" else (whole, gaps)
    change = forecaster_change(finished(old), new, None)
    ones = np.ones((1, 2, len(new.history_features)), "float32")
    np.testing.assert_array_equal(
        change.history.features(ones), np.ones((1, 2, len(old.history_features)))
    )


def test_series_are_matched_by_name():
    data = ForecastData(small_series(names="cxa"), lookback=LOOKBACK, horizon=HORIZON + 2)
    change = forecaster_change(finished(make_data()), data, None)
    assert change.series == [2, None, 0]
    assert change.horizons == (HORIZON, HORIZON + 2)


def test_static_numbers_of_other_series_are_a_warning(model, caplog):
    def data(names):
        series = small_series(names=names, covariates=True)
        return ForecastData(series, lookback=LOOKBACK, horizon=HORIZON)

    forecaster_change(model, data("abc"), None)
    assert not caplog.records
    forecaster_change(model, data("ab"), None)
    assert "area, height: static numbers are standardised over these series" in caplog.text


DAYS = pd.date_range("2024-01-01", periods=60, freq="D")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (lambda: make_data(), "past covariates are wind, rain, those of the data none"),
        (
            lambda: ForecastData(small_series(covariates=True), lookback=9, horizon=HORIZON),
            r"looks back on \d+ rows, data.lookback is 9",
        ),
        (
            lambda: ForecastData(
                replace(small_series(covariates=True), times=DAYS),
                lookback=LOOKBACK,
                horizon=HORIZON,
            ),
            "a row of its data is h, one of these D",
        ),
    ],
)
def test_other_data_are_refused(model, data, words):
    with pytest.raises(RunError, match=words):
        forecaster_change(model, data(), None)
