import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dltemplates.data.calendar_features import Calendar
from dltemplates.data.forecast_data import ForecastData
from dltemplates.data.time_series import Covariates
from dltemplates.errors import DataError
from tests.data.small_series import small_series

WINDOW = {"lookback": 6, "horizon": 4}


def every_window(data, split):
    origins = np.repeat(data.origins(split), len(data.series.names))
    return data.windows(origins, np.tile(np.arange(len(data.series.names)), len(origins) // 3))


def test_splits_by_fractions_and_the_origins_in_them():
    data = ForecastData(small_series(100), **WINDOW)
    assert data.splits == {"train": range(60), "validation": range(60, 80), "test": range(80, 100)}
    assert data.origins("train") == range(6, 57)
    assert data.origins("validation") == range(60, 77)
    assert data.origins("test") == range(80, 97)


def test_the_gap_is_in_no_split():
    data = ForecastData(small_series(100), **WINDOW, gap=5)
    assert data.splits == {"train": range(60), "validation": range(65, 80), "test": range(85, 100)}


@pytest.mark.parametrize("end", [50, "50", "2024-01-03 02:00", "2024-01-03 01:30"])
def test_ends_are_rows_or_times(end):
    data = ForecastData(small_series(100), **WINDOW, train_end=end, test_end=90)
    assert data.splits == {"train": range(50), "validation": range(50, 72), "test": range(72, 90)}


def test_a_window_is_what_the_series_hold():
    series = small_series(covariates=True)
    data = ForecastData(series, **WINDOW)
    windows = data.windows(np.array([20, 31]), np.array([2, 0]))
    mean, scale = series.values[:, :36].mean(axis=1), series.values[:, :36].std(axis=1)
    expected = (series.values[2, 14:20] - mean[2]) / scale[2]
    np.testing.assert_allclose(windows.inputs["values"][0], expected, rtol=1e-5)
    expected = (series.values[0, 31:35] - mean[0]) / scale[0]
    np.testing.assert_allclose(windows.targets[1, :, 0], expected, rtol=1e-5)
    assert windows.inputs["series"].tolist() == [2, 0]
    assert data.history_features == ["wind", "rain", "price", "hour_sin", "hour_cos", "weekend"]
    assert data.known_features == ["price", "hour_sin", "hour_cos", "weekend"]
    rain = series.past.values[..., 1]
    expected = (rain[2, 14:20] - rain[:, :36].mean()) / rain[:, :36].std()
    np.testing.assert_allclose(windows.inputs["history"][0, :, 1], expected, rtol=1e-5)
    price = series.known.values[0, :, 0]
    expected = (price[31:35] - price[:36].mean()) / price[:36].std()
    np.testing.assert_allclose(windows.inputs["known"][1, :, 0], expected, rtol=1e-5)
    hour = np.sin(2 * np.pi * np.arange(31, 35) / 24)
    np.testing.assert_allclose(windows.inputs["known"][1, :, 1], hour, atol=1e-6)
    np.testing.assert_array_equal(windows.inputs["static"], series.static[[2, 0]])
    assert windows.weights is None


def test_missing_values_are_filled_from_the_past_and_weigh_nothing():
    series = small_series()
    series.values[1, [0, 12, 22, 23]] = np.nan
    data = ForecastData(series, **WINDOW)
    windows = data.windows(np.array([16, 22]), np.array([1, 1]))
    values = windows.inputs["values"]
    assert values[0, 2] == values[0, 1] == data.scaled[1, 11]
    assert data.scaled[1, 0] == 0
    assert data.history_features == ["observed"]
    assert windows.inputs["history"][0, :, 0].tolist() == [1, 1, 0, 1, 1, 1]
    assert windows.weights.tolist() == [[1, 1, 1, 1], [0, 0, 1, 1]]
    np.testing.assert_array_equal(windows.targets[1, :2, 0], data.scaled[1, 21])


def filled_alone(window):
    """What can be known of a window, `(rows, features)`, from itself."""
    return pd.DataFrame(window).ffill().bfill().fillna(0).to_numpy()


@pytest.mark.parametrize("shared", [False, True])
def test_a_window_is_filled_from_nothing_but_itself(shared):
    series = small_series(missing=True, covariates=True)
    series.values[2, :20] = np.nan
    past = series.past.values[:1] if shared else series.past.values
    series = replace(series, past=Covariates(series.past.names, past))
    data = ForecastData(series, **WINDOW)
    values = (series.values - data.mean[:, None]) / data.scale[:, None]
    past = (past - data.features["past"].mean) / data.features["past"].scale
    empty = 0
    for origin in range(6, 57):
        rows = slice(origin - 6, origin)
        inputs = data.windows(np.full(3, origin), np.arange(3)).inputs
        np.testing.assert_array_equal(inputs["values"], filled_alone(values[:, rows].T).T)
        for which in range(3):
            expected = filled_alone(past[0 if shared else which, rows])
            np.testing.assert_array_equal(inputs["history"][which, :, 1:3], expected)
            empty += (expected == 0).all(axis=0).sum()
    assert empty == 3 * 7, "windows that lie in the gap of `rain`"


def test_a_series_that_starts_late():
    series = small_series()
    series.values[2, :20] = np.nan
    data = ForecastData(series, **WINDOW)
    windows = data.windows(np.array([20, 22]), np.array([2, 2]))
    first, second = data.scaled[2, 20:22]
    assert windows.inputs["values"].tolist() == [[0] * 6, [first] * 5 + [second]]
    assert windows.weights.tolist() == [[0] * 4, [1] * 4]
    assert windows.inputs["history"][1, :, 0].tolist() == [0, 0, 0, 0, 1, 1]


def test_blocks_of_features_are_told_apart_by_what_they_are():
    series = small_series(missing=True, covariates=True)
    known = Covariates(["weekend"], series.known.values)
    series = replace(series, known=known, calendar=Calendar(("weekend",)))
    data = ForecastData(series, **WINDOW)
    assert list(data.features) == ["observed", "past", "known", "calendar"]
    assert data.history == list(data.features.values())
    assert data.known == [data.features["known"], data.features["calendar"]]
    assert data.features["known"].scale[0] != 1 == data.features["calendar"].scale[0]


def test_nothing_is_asked_of_a_forecast_that_saw_nothing():
    series = small_series()
    series.values[1, 10:17] = np.nan
    data = ForecastData(series, **WINDOW)
    assert data.windows(np.array([16, 17]), np.array([1, 1])).weights.tolist() == [
        [0, 0, 0, 0],
        [1, 1, 1, 1] if np.isfinite(series.values[1, 11:17]).any() else [0, 0, 0, 0],
    ]


def test_a_series_that_is_constant_in_training_keeps_its_unit():
    series = small_series()
    series.values[0, :36] = 8.5
    data = ForecastData(series, **WINDOW)
    assert (data.mean[0], data.scale[0]) == (8.5, 1)


def test_a_flag_is_not_scaled():
    flag = np.zeros((1, 60, 1), "float32")
    flag[0, 7::24] = 1
    data = ForecastData(replace(small_series(), known=Covariates(["holiday"], flag)), **WINDOW)
    np.testing.assert_array_equal(data.known[0].values, flag)


@pytest.mark.parametrize("missing", [False, True])
def test_the_future_cannot_leak(missing):
    """Everything after an origin is altered; nothing that a network saw until then changes."""
    ends = {"train_end": 36, "validation_end": 48}
    series = small_series(missing=missing, covariates=True)
    before = ForecastData(series, **WINDOW, **ends)
    for origin in (36, 41, 48, 57):
        values, past, known = (
            part.copy() for part in (series.values, series.past.values, series.known.values)
        )
        values[:, origin:] = values[:, origin:] * -100 + 1e6
        past[:, origin:] = 1e6
        known[:, origin + WINDOW["horizon"] :] = -1e6
        if missing:
            values[:, origin] = np.nan
        altered = replace(
            series,
            values=values,
            past=Covariates(series.past.names, past),
            known=Covariates(series.known.names, known),
        )
        after = ForecastData(altered, **WINDOW, **ends)
        for name in ("mean", "scale"):
            np.testing.assert_array_equal(getattr(before, name), getattr(after, name))
            for blocks in ("history", "known"):
                for old, new in zip(getattr(before, blocks), getattr(after, blocks), strict=True):
                    np.testing.assert_array_equal(getattr(old, name), getattr(new, name))
        old, new = every_window(before, "train"), every_window(after, "train")
        assert_same(old.inputs, new.inputs)
        np.testing.assert_array_equal(old.targets, new.targets)
        origins = np.repeat(np.arange(WINDOW["lookback"], origin + 1), 3)
        chosen = np.tile(np.arange(3), len(origins) // 3)
        assert_same(
            before.windows(origins[origins <= 56], chosen[origins <= 56]).inputs,
            after.windows(origins[origins <= 56], chosen[origins <= 56]).inputs,
        )
        old, new = before.describe()["fingerprints"], after.describe()["fingerprints"]
        assert old["train"] == new["train"]
        assert old["test"] != new["test"]


def assert_same(old, new):
    assert old.keys() == new.keys()
    for name in old:
        assert old[name].tobytes() == new[name].tobytes(), name


def test_the_leakage_test_can_fail():
    series = small_series()
    before = ForecastData(series, **WINDOW, train_end=36, validation_end=48)
    values = series.values.copy()
    values[:, 35] = 1e6
    after = ForecastData(replace(series, values=values), **WINDOW, train_end=36, validation_end=48)
    assert (before.mean != after.mean).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"lookback": 50, "horizon": 20}, "60 rows are fewer than one window has"),
        ({"lookback": 40}, "The train split has 36 rows; a window needs 44"),
        ({"horizon": 13}, "The validation split has 12 rows; the horizon needs 13"),
        ({"validation_fraction": 0.3, "horizon": 13}, "The test split has 12 rows"),
        ({"gap": 9}, "The validation split has 3 rows"),
        ({"lookback": 0}, "Expected lookback and horizon of 1 or more"),
        ({"test_fraction": 1.0}, "Expected shares"),
        ({"validation_fraction": 0.6, "test_fraction": 0.5}, r"stay well below 1 \(now 0.6 \+ 0.5"),
        ({"validation_fraction": 0.5, "test_fraction": 0.5}, "Nothing is left for training"),
        ({"validation_fraction": 0.8, "validation_end": 40}, "20 are for the test and 48 before"),
        ({"train_end": "2023-01-01"}, "do not follow each other"),
        ({"train_end": 50, "validation_end": 40}, "do not follow each other"),
        ({"train_end": 61}, "There is no row 61; there are 60"),
        ({"train_end": "soon"}, "data.train_end: 'soon' is neither a row number nor a time"),
        ({"seasonal_period": "often"}, "Expected a number of rows or 'auto', received 'often'"),
        ({"train_end": "2024-01-02T00:00Z"}, "has a time zone, the data have none"),
    ],
)
def test_refusals(settings, message):
    with pytest.raises(DataError, match=message):
        ForecastData(small_series(), **{**WINDOW, **settings})


def test_a_series_without_training_values():
    series = small_series()
    series.values[2, :36] = np.nan
    with pytest.raises(DataError, match="'c': has no value in the training rows"):
        ForecastData(series, **WINDOW)


@pytest.mark.parametrize("origin", [5, 57])
def test_windows_that_the_series_do_not_have(origin):
    data = ForecastData(small_series(), **WINDOW)
    with pytest.raises(ValueError, match="Expected origins from 6 to 56"):
        data.windows(np.array([20, origin]), np.array([0, 0]))


def test_a_split_may_be_left_out(caplog):
    data = ForecastData(small_series(), **WINDOW)
    assert not caplog.text
    data = ForecastData(small_series(), **WINDOW, test_fraction=0)
    assert "There is no test split (data.test_fraction)" in caplog.text
    assert data.origins("validation") == range(48, 57)
    with pytest.raises(DataError, match="no test split") as error:
        data.origins("test")
    assert "data.test_fraction above 0, or measure" in str(error.value)
    assert "evaluate --split validation" in str(error.value)


@pytest.mark.parametrize(
    ("frequency", "season"),
    [
        ("h", 24),
        ("15min", 96),
        ("4h", 6),
        ("10s", 360),
        ("D", 7),
        ("B", 5),
        ("7D", 52),
        ("W-MON", 52),
        ("MS", 12),
        ("ME", 12),
        ("QS-OCT", 4),
        ("YS", 1),
        ("7h", 1),
    ],
)
def test_usual_seasons(frequency, season):
    times = pd.date_range("2024-01-01", periods=60, freq=frequency)
    series = replace(small_series(), times=times)
    assert ForecastData(series, **WINDOW).seasonal_period == season
    assert ForecastData(series, **WINDOW, seasonal_period=9).seasonal_period == 9


def test_the_record_is_json():
    described = ForecastData(small_series(missing=True, covariates=True), **WINDOW).describe()
    assert json.loads(json.dumps(described)) == described
    assert described["splits"]["test"]["to"] == "2024-01-03 11:00:00"
    assert described["fingerprints"].keys() == {"train", "validation", "test"}
