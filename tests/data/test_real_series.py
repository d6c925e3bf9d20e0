"""Files that others published."""

import numpy as np
import pandas as pd
import pytest

from dltemplates.data.forecast_data import ForecastData
from dltemplates.data.series_file import read_series
from tests.data.small_series import shared_file


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
