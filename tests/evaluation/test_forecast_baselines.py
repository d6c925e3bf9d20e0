import numpy as np
import pytest

from dltemplates.data.forecast_data import ForecastData
from dltemplates.evaluation.forecast_baselines import (
    baselines,
    baselines_left_out,
    repeat_last,
    seasonal_naive,
)
from tests.data.small_series import small_series


def test_repeat_last():
    values = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(repeat_last(values, 3), [[2.0] * 3, [4.0] * 3])


@pytest.mark.parametrize(
    ("period", "expected"), [(1, [5, 5, 5, 5]), (3, [3, 4, 5, 3]), (5, [1, 2, 3, 4])]
)
def test_seasonal_naive(period, expected):
    values = np.array([[1.0, 2.0, 3.0, 4.0, 5.0]])
    np.testing.assert_array_equal(seasonal_naive(values, 4, period), [expected])


@pytest.mark.parametrize("period", [0, 6])
def test_a_season_must_fit_into_the_lookback(period):
    with pytest.raises(ValueError, match=f"1 to the lookback of 5, received {period}"):
        seasonal_naive(np.zeros((1, 5)), 4, period)


@pytest.mark.parametrize(
    ("period", "names"),
    [(6, ["seasonal-naive", "repeat"]), (1, ["repeat"]), (9, ["repeat"])],
)
def test_baselines_where_there_is_a_season(period, names):
    data = ForecastData(small_series(), lookback=8, horizon=3, seasonal_period=period)
    found = baselines(data)
    assert list(found) == names
    left_out = baselines_left_out(data)
    assert len(left_out) == (period == 9)
    assert all("a season has 9 rows" in sentence for sentence in left_out)
    windows = data.windows(np.array([20, 30]), np.array([0, 1]))
    assert all(forecaster(windows).shape == (2, 3) for forecaster in found.values())
