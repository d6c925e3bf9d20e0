from dataclasses import replace

import numpy as np
import pytest

from dltemplates.data.forecast_data import ForecastData
from dltemplates.evaluation.rolling_origin import answers, window_chunks, window_pairs
from tests.data.small_series import small_series


@pytest.fixture
def data():
    return ForecastData(small_series(rows=2_000), lookback=8, horizon=3)


def test_every_origin_of_every_series_in_the_order_of_time(data):
    origins, series = window_pairs(data, "test")
    expected = [(origin, index) for origin in data.origins("test") for index in range(3)]
    assert list(zip(origins, series, strict=True)) == expected


def test_chunks_join_to_all_windows(data):
    chunks = list(window_chunks(data, "train"))
    assert len(chunks) > 2
    joined = np.concatenate([chunk.inputs["values"] for chunk in chunks])
    np.testing.assert_array_equal(
        joined, data.windows(*window_pairs(data, "train")).inputs["values"]
    )


@pytest.mark.parametrize("limit", [2, 3, 100, 399, 1_100])
def test_a_subset_is_even_over_time_and_series(data, limit):
    origins, series = window_pairs(data, "train", limit)
    assert limit * 0.9 - 3 < len(origins) <= limit
    assert len(set(zip(origins, series, strict=True))) == len(origins)
    assert set(origins) <= set(data.origins("train"))
    counts = np.bincount(series, minlength=3)
    assert counts.max() - counts[counts > 0].min() == 0
    if limit >= 100:
        assert np.diff(origins).min() > -(len(data.origins("train")) * 6 / limit)
        thirds = np.histogram(origins, 3)[0]
        assert thirds.max() - thirds.min() <= 6


def test_series_of_a_subset_have_origins_of_their_own(data):
    origins, series = window_pairs(data, "train", 30)
    assert len(set(origins)) == 30
    assert set(origins[series == 0]).isdisjoint(origins[series == 1])


def test_windows_of_the_future_have_no_answers(data):
    windows = data.windows(np.array([20]), np.array([0]))
    with pytest.raises(ValueError, match="received windows of the future"):
        answers(replace(windows, targets=None))
