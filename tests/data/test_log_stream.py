"""Long logs, some rows of their grid at a time."""

import numpy as np
import pandas as pd
import pytest

from dltemplates.data.log_stream import LogColumns, stream_log
from dltemplates.data.sensor_log_source import load_sensor_log
from dltemplates.errors import DataError

NAMES = ["a", "b"]


def log(rng, rows=60, freq="min"):
    frame = pd.DataFrame(rng.normal(size=(rows, 2)).round(4), columns=NAMES)
    frame.insert(0, "time", pd.date_range("2024-03-01", periods=rows, freq=freq))
    return frame


def streamed(path, size=8, frequency="", **columns):
    return list(stream_log(path, LogColumns(NAMES, **columns), frequency, size))


def same_as_at_once(path, parts, **settings):
    series = load_sensor_log("path", path=str(path), missing_limit=1.0, **settings).series
    values = np.concatenate([part.values for part in parts])
    np.testing.assert_array_equal(values, series.take(NAMES).values.T)
    times = parts[0].times.append([part.times for part in parts[1:]])
    assert times.tolist() == series.times.tolist()


@pytest.mark.parametrize("size", [2, 8, 60, 500])
def test_is_the_log_that_is_read_at_once(rng, tmp_path, size):
    frame = log(rng)
    frame = frame.drop(index=[*range(20, 43), 50])  # a gap of several parts, and a row
    frame.loc[3, "b"] = np.nan
    frame.to_csv(tmp_path / "log.csv", index=False)
    parts = streamed(tmp_path / "log.csv", size)
    same_as_at_once(tmp_path / "log.csv", parts)
    assert [len(part.times) for part in parts[:-1]] == [size] * (len(parts) - 1)
    assert [part.first for part in parts] == list(range(0, 60, size))


@pytest.mark.parametrize("size", [2, 3, 4, 5, 7])
def test_rows_that_meet_are_one_wherever_a_part_ends(rng, tmp_path, size):
    frame = log(rng, rows=61, freq="17s")
    frame.to_csv(tmp_path / "log.csv", index=False)
    columns = LogColumns(NAMES, frequency="min")
    parts = list(stream_log(tmp_path / "log.csv", columns, "min", size))
    same_as_at_once(tmp_path / "log.csv", parts, frequency="min")


def test_times_off_the_grid_and_in_a_zone(rng, tmp_path):
    frame = log(rng)
    frame["time"] = frame["time"] + pd.to_timedelta(rng.integers(-9, 9, 60), unit="s")
    frame["time"] = frame["time"].dt.strftime("%Y-%m-%d %H:%M:%S+09:00")
    frame.to_csv(tmp_path / "log.csv", index=False)
    columns = LogColumns(NAMES, frequency="min")
    parts = list(stream_log(tmp_path / "log.csv", columns, "min", 60))
    same_as_at_once(tmp_path / "log.csv", parts, frequency="min")
    assert str(parts[0].times.tz) == "UTC"


def test_without_times_rows_follow_each_other(rng, tmp_path):
    log(rng).drop(columns="time").to_csv(tmp_path / "log.csv", index=False)
    parts = streamed(tmp_path / "log.csv", timestamp="none")
    same_as_at_once(tmp_path / "log.csv", parts, timestamp="none")


def test_rows_that_cannot_be_read_count_as_missing(rng, tmp_path):
    frame = log(rng, rows=12).astype(str)
    frame.loc[0, "a"] = "x"
    frame.loc[5, "time"] = "soon"
    frame.loc[11, "b"] = "y"
    frame.to_csv(tmp_path / "log.csv", index=False)
    parts = streamed(tmp_path / "log.csv", size=4)
    assert [fault for part in parts for fault in part.faults] == [
        (-1, "line 2, column 'a': 'x' is no number"),
        (3, "line 7, 'soon' is no readable time"),
        (9, "line 13, column 'b': 'y' is no number"),
    ]
    assert sum(len(part.times) for part in parts) == 10  # from the first good row to the last
    assert np.isnan(np.concatenate([part.values for part in parts])[4]).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.iloc[[*range(30), 40, 35, *range(41, 60)]], "line 33 is not after"),
        (lambda frame: frame.iloc[[*range(30), 29, *range(30, 60)]], "line 32 is not after"),
        (lambda frame: frame.assign(time=pd.date_range("2024", periods=60)), "frequency is"),
        (lambda frame: frame.drop(columns="b"), "'b'"),
        (
            lambda frame: frame.assign(time=[*frame["time"][:-1], pd.Timestamp("2099-01-01")]),
            "rows are missing before",
        ),
    ],
)
def test_what_cannot_be_read_piece_by_piece(rng, tmp_path, change, message):
    change(log(rng)).to_csv(tmp_path / "log.csv", index=False)
    with pytest.raises((DataError, KeyError), match=message):
        streamed(tmp_path / "log.csv", frequency="min")


def test_months_are_read_at_once(rng, tmp_path):
    log(rng, freq="MS").to_csv(tmp_path / "log.csv", index=False)
    with pytest.raises(DataError, match="as a whole"):
        streamed(tmp_path / "log.csv")
