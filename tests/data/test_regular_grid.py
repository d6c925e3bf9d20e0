import numpy as np
import pandas as pd
import pytest

from dltemplates.data.regular_grid import regular_grid
from dltemplates.errors import DataError


def grid_of(times, frequency="auto", largest=10_000):
    times = pd.DatetimeIndex(times).as_unit("us")
    return regular_grid(times, frequency, largest=largest, where="here")


@pytest.mark.parametrize(
    "frequency",
    "s 10s min 15min 90min h 6h D 2D 28D B W-SUN W-WED".split()
    + "MS ME QS-JAN QS-FEB QE-DEC YS-JAN YE-DEC YS-JUL".split(),
)
@pytest.mark.parametrize("gap", [False, True])
def test_a_regular_grid_is_recognised(frequency, gap):
    times = pd.date_range("2021-02-10", periods=40, freq=frequency, unit="us")
    kept = np.delete(np.arange(40), [7, 8, 20]) if gap else np.arange(40)
    grid = grid_of(times[kept])
    assert grid.times.equals(times)
    assert grid.times.freqstr == frequency
    assert grid.rows.tolist() == kept.tolist()
    assert grid.repairs == []
    again = grid_of(times[kept], frequency)
    assert again.times.equals(times)
    assert again.rows.tolist() == kept.tolist()


def test_a_grid_in_utc_stays_there():
    times = pd.date_range("2024-01-01", periods=30, freq="h", tz="UTC")
    grid = grid_of(times)
    assert grid.times.equals(times.as_unit("us"))
    assert grid.times.freqstr == "h"


def test_times_off_the_grid_take_the_nearest_place():
    exact = pd.date_range("2024-01-01", periods=50, freq="10min", unit="us")
    away = np.random.default_rng(0).integers(-200, 200, 50)
    grid = grid_of(exact + pd.to_timedelta(away, unit="s"))
    assert grid.times.freqstr == "10min"
    assert grid.times.equals(exact)
    assert grid.rows.tolist() == list(range(50))
    assert "of 50 times were not on the grid of frequency 10min" in grid.repairs[0]


@pytest.mark.parametrize(("step", "frequency"), [("7min", "7min"), ("71s", "71s"), ("58s", "min")])
def test_an_uneven_step_is_rounded(step, frequency):
    away = np.random.default_rng(0).integers(-1_000_000, 1_000_000, 50)
    times = pd.date_range("2024-01-01", periods=50, freq=step, unit="us")
    assert grid_of(times + pd.to_timedelta(away, unit="us")).times.freqstr == frequency


def test_a_few_strays_do_not_move_the_grid():
    times = pd.date_range("2024-01-01 00:07", periods=50, freq="h", unit="us").to_series()
    times.iloc[0] += pd.Timedelta("3min")
    times.iloc[30] -= pd.Timedelta("20min")
    grid = grid_of(times)
    assert grid.times[0] == pd.Timestamp("2024-01-01 00:07")
    assert grid.rows.tolist() == list(range(50))
    assert grid.repairs[0].startswith("2 of 50 times were not on the grid")
    assert "up to 0 days 00:20:00 away" in grid.repairs[0]


def test_a_longer_step_gathers_what_follows_each_time():
    times = pd.date_range("2024-01-01", periods=60, freq="10min", unit="us")
    grid = grid_of(times, "h")
    assert grid.rows.tolist() == [n // 6 for n in range(60)]
    assert grid.times[0] == pd.Timestamp("2024-01-01")
    assert grid.repairs == ["Several rows make one of the frequency h: their mean is taken."]


def test_weeks_gather_days():
    times = pd.date_range("2024-01-01", periods=28, unit="us")  # a Monday
    grid = grid_of(times, "W-MON")
    assert grid.rows.tolist() == [n // 7 for n in range(28)]
    assert grid.times[0] == pd.Timestamp("2024-01-01")


def test_months_gather_days():
    times = pd.date_range("2024-01-10", "2024-04-02", unit="us")
    grid = grid_of(times, "MS")
    assert grid.times.tolist() == pd.date_range("2024-01-01", periods=4, freq="MS").tolist()
    assert np.bincount(grid.rows).tolist() == [22, 29, 31, 2]


@pytest.mark.parametrize(("old", "new"), [("H", "h"), ("5T", "5min"), ("M", "ME")])
def test_names_of_older_pandas(old, new):
    times = pd.date_range("2024-01-31", periods=20, freq=new, unit="us")
    assert grid_of(times, old).times.equals(times)


@pytest.mark.parametrize(
    ("times", "frequency", "message"),
    [
        (["2024-01-01"] * 3, "auto", "It has a single time, 2024-01-01"),
        (["2024-01-05", "2024-01-06"], "B", "but 2024-01-06 00:00:00 is on one"),
        (["2024-01-05", "2024-01-06"], "often", "'often' is no frequency"),
        (["2024-01-05", "2024-01-06"], "SMS", "makes no grid"),
        (["2024-01-05", "2024-01-06"], "0h", "is no frequency|makes no grid"),
        (["2024-01-05", "2024-01-06"], "-1h", "makes no grid"),
        (["2024-01-05", "2025-01-06"], "s", r"has 31,708,801 rows, too many"),
    ],
)
def test_refusals(times, frequency, message):
    with pytest.raises(DataError, match=message):
        grid_of(times, frequency)
