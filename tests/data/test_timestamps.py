import pandas as pd
import pytest

from dltemplates.data.series_table import SeriesTable
from dltemplates.data.timestamps import find_timestamps, read_timestamps
from dltemplates.errors import DataError


def read(values, name="date"):
    return read_timestamps(SeriesTable(pd.DataFrame({name: values}), "here"), name)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["2024-03-01", "2024-03-02 06:30"], ["2024-03-01", "2024-03-02 06:30"]),
        (["2024-03-01T05:00:00.250"], ["2024-03-01 05:00:00.250"]),
        (["2024/3/1 5:07", "2024/3/1 6:07"], ["2024-03-01 05:07", "2024-03-01 06:07"]),
        (["03/25/2024", "03/26/2024"], ["2024-03-25", "2024-03-26"]),
        (["5/3/2024", "25/3/2024"], ["2024-03-05", "2024-03-25"]),
        (["25.03.2024 12:00"], ["2024-03-25 12:00"]),
        (["2024년 3월 1일", "2024년 12월 25일"], ["2024-03-01", "2024-12-25"]),
        (["2024. 3. 1.", "2024. 3. 2."], ["2024-03-01", "2024-03-02"]),
        ([" 2024-03-01 "], ["2024-03-01"]),
        (["3/25/2024 12:05 AM", "3/25/2024 1:05 pm"], ["2024-03-25 00:05", "2024-03-25 13:05"]),
        (
            ["2024-03-01 오전 1:05:06", "2024-03-01 오후 12:00:00"],
            ["2024-03-01 01:05:06", "2024-03-01 12:00:00"],
        ),
        ([1990, 1991], ["1990-01-01", "1991-01-01"]),
        ([20240301, 20240302], ["2024-03-01", "2024-03-02"]),
        ([1709251200, 1709254800], ["2024-03-01", "2024-03-01 01:00"]),
        ([1709251200500], ["2024-03-01 00:00:00.500"]),
        ([1709251200000000], ["2024-03-01"]),
    ],
)
def test_times_as_people_write_them(texts, expected):
    times, repairs = read(texts)
    assert times.equals(pd.DatetimeIndex(expected).as_unit("us"))
    assert repairs == []


def test_dates_that_can_be_read_both_ways_are_read_evenly_and_on_record():
    months = [f"01/{month:02}/2024" for month in range(1, 13)] + ["01/01/2025"]
    times, repairs = read(months)
    assert times[:2].equals(pd.DatetimeIndex(["2024-01-01", "2024-02-01"]).as_unit("us"))
    assert repairs == ["Dates such as 01/01/2024 are read with the day before month."]
    days = [f"01/{day:02}/2024" for day in range(1, 13)]
    times, repairs = read(days)
    assert times[1] == pd.Timestamp("2024-01-02")
    assert repairs == ["Dates such as 01/01/2024 are read with the month before day."]


@pytest.mark.parametrize(
    ("texts", "hour", "offset"),
    [
        (["2024-03-01T00:00Z", "2024-03-01T01:00Z"], 0, "Z"),
        (["2024-03-01 00:00:00 UTC"], 0, "Z"),
        (["2024-03-01 09:00+09:00", "2024-03-01 10:00+09:00"], 0, "+09:00"),
        (["2024-03-01 09:00:00.5+0900"], 0, "+0900"),
        (["2024-10-27 02:30+02:00", "2024-10-27 02:30+01:00"], 0, "+01:00, +02:00"),
    ],
)
def test_a_time_zone_becomes_utc(texts, hour, offset):
    times, repairs = read(texts)
    assert str(times.tz) == "UTC"
    assert times[0].hour == hour
    assert repairs == [f"Times are kept in UTC; the source has them with the offset {offset}."]
    assert not times.duplicated().any()


def test_times_that_are_times_already():
    times, repairs = read(pd.date_range("2024-03-01", periods=3, freq="h", tz="Asia/Seoul"))
    assert times[0] == pd.Timestamp("2024-02-29 15:00", tz="UTC")
    assert "Asia/Seoul" in repairs[0]
    times, _ = read([pd.Timestamp("2024-03-01"), pd.Timestamp("2024-03-02")])
    assert times.tz is None


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            ["2024-03-01", "soon", None],
            r"2 rows without a readable time .*\(row 2: 'soon'; row 3: ''",
        ),
        (["2024-03-01", "2024-13-45"], "row 2: '2024-13-45'"),
        (["10:00", "11:00"], "row 1: '10:00'"),
        (["a"] * 9, "9 rows without .* and 4 more"),
        ([5.5, 6.5], "2 rows without a readable time"),
        ([pd.Timestamp("2024-03-01"), pd.NaT], "row 2: ''"),
        (["2024-03-01 01:00Z", "2024-03-01 02:00"], "unlike the others"),
        (["2024-03-01 01:00+09:00", "2024-03-01 02:00Z"], "in another time zone"),
    ],
)
def test_refusals(values, message):
    with pytest.raises(DataError, match=message):
        read(values)


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"value": [1.5], "DS": ["2024-01-01"]}, "DS"),
        ({"when": ["2024-01-01"], "value": [1.5]}, "when"),
        ({"when": ["2024-01-01"], "date": ["2024-01-02"]}, "date"),
        ({"date": ["2024-01-01"], "time": ["10:00"]}, "date"),
        ({"id": ["a"], "time": [1709251200]}, "time"),
        ({"id": ["a"], "time": ["soon"]}, "time"),
    ],
)
def test_the_column_of_times_is_found(columns, found):
    assert find_timestamps(SeriesTable(pd.DataFrame(columns), "here"), "", set()) == found


@pytest.mark.parametrize(
    "columns",
    [
        {"value": [1.5, 2.5], "when": ["2024-01-01", "2024-01-02"]},
        {"date": ["2024-01-01"], "time": ["2024-01-01"]},
        {"nr": [1, 2], "name": ["a", "b"]},
    ],
)
def test_the_column_of_times_must_be_named(columns):
    with pytest.raises(DataError) as caught:
        find_timestamps(SeriesTable(pd.DataFrame(columns), "here"), "", set())
    assert "data.timestamp" in caught.value.hint
