import numpy as np
import pandas as pd
import pytest

from dltemplates.data.forecast_data import ForecastData
from dltemplates.data.series_file import read_series
from dltemplates.errors import DataError

HOURS = pd.date_range("2024-01-01", periods=48, freq="h")


@pytest.fixture
def write(tmp_path):
    def write(text, name="series.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write


def lines(values, times=HOURS, header="date,load"):
    return "\n".join([header, *(f"{t},{v}" for t, v in zip(times, values, strict=False))]) + "\n"


def frame(rows=48):
    rng = np.random.default_rng(0)
    numbers = {name: rng.normal(size=rows).round(3) for name in ("load", "sun", "wind", "plan")}
    return pd.DataFrame({"date": HOURS[:rows], **numbers})


def test_a_wide_file_with_every_kind_of_column(write):
    table = frame()
    series = read_series(
        write(table.to_csv(index=False)), targets=["load", "wind"], past=["sun"], known=["plan"]
    )
    assert series.names == ["load", "wind"]
    assert series.values.dtype == series.past.values.dtype == series.known.values.dtype == "f4"
    np.testing.assert_allclose(series.values, table[["load", "wind"]].T, rtol=1e-6)
    np.testing.assert_allclose(series.past.values[0, :, 0], table["sun"], rtol=1e-6)
    np.testing.assert_allclose(series.known.values[0, :, 0], table["plan"], rtol=1e-6)
    assert series.times.equals(HOURS)
    assert series.frequency == "h"


def test_targets_are_all_columns_of_numbers_that_are_nothing_else(write):
    table = frame().assign(note="calm")
    table.loc[3, "note"] = np.nan
    series = read_series(write(table.to_csv(index=False)), known=["plan"])
    assert series.names == ["load", "sun", "wind"]
    assert series.repairs == ["Left out, since they hold text: 'note'."]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_encodings_that_excel_writes(write, encoding):
    series = read_series(write(lines(range(48), header="날짜,전력"), encoding=encoding))
    assert series.names == ["전력"]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators(write, separator):
    text = lines(range(48)).replace(",", separator)
    assert read_series(write(text)).values[0].tolist() == list(range(48))


@pytest.mark.parametrize(
    "header", ["date;heat, in, °C;heat, out, °C", 'date;"heat, in";heat, a, b']
)
def test_a_separator_is_no_comma_in_a_name(write, header):
    rows = [f"{time};{row};{2 * row}" for row, time in enumerate(HOURS)]
    series = read_series(write("\n".join([header, *rows])))
    assert series.names == [name.strip('"') for name in header.split(";")[1:]]
    assert series.values[1].tolist() == list(range(0, 96, 2))


def test_a_very_long_line(write):
    names = [f"{number:0900}" for number in range(150)]
    text = [["date", *names], ["2024-01-01", *["4"] * 150], ["2024-01-02", *["5"] * 150]]
    assert read_series(write("\n".join(map(",".join, text)))).names == names


def test_parquet_reads_as_csv_does(write, tmp_path):
    table = frame()
    expected = read_series(write(table.to_csv(index=False)))
    for kept in (table, table.set_index("date"), table.astype({"load": "Float64"})):
        kept.to_parquet(tmp_path / "series.parquet")
        series = read_series(tmp_path / "series.parquet")
        np.testing.assert_array_equal(series.values, expected.values)
        assert series.times.equals(expected.times)


def test_spaces_blank_lines_and_columns_without_a_name(write):
    text = lines([f" {n} " for n in range(48)], header="date, load ,")
    text = text.replace("\n", ",\n").replace("load ,,", "load ,") + ",,\n\n"
    series = read_series(write(text))
    assert series.names == ["load"]
    assert series.values[0].tolist() == list(range(48))


def test_a_column_that_counts_the_rows_is_no_series(write):
    assert read_series(write(frame().to_csv())).names == ["load", "sun", "wind", "plan"]


def test_rows_at_the_end_with_known_covariates_alone_are_the_future(write):
    table = frame()
    table.loc[40:, ["load", "sun"]] = np.nan
    series = read_series(
        write(table.to_csv(index=False)), targets=["load"], past=["sun"], known=["plan", "wind"]
    )
    assert (series.length, len(series.times)) == (40, 48)
    assert series.past.rows == 40
    assert series.known.rows == 48
    assert series.repairs == []
    np.testing.assert_allclose(series.known.values[0], table[["plan", "wind"]], rtol=1e-6)


def test_times_after_the_last_value_are_left_out(write):
    series = read_series(write(lines([*range(40), *[""] * 8])))
    assert series.length == len(series.times) == 40
    assert series.repairs == ["The last 8 times have no value and are left out."]


def test_a_long_file(write):
    text = "id,when,sales,price,plan,city,size\n"
    for row, day in enumerate(pd.date_range("2024-03-01", periods=20)):
        text += f"7,{day.date()},{row},{row * 2},{row % 3},Ulm,10\n"
        if row >= 5:
            text += f"x,{day.date()},{100 + row},{row * 3},{row % 2},Bonn,30\n"
    series = read_series(
        write(text),
        timestamp="when",
        series_id="id",
        value="sales",
        past=["price"],
        known=["plan"],
        static=["city", "size"],
    )
    assert series.names == ["7", "x"]
    assert series.values[0].tolist() == list(range(20))
    assert np.isnan(series.values[1, :5]).all()
    assert series.values[1, 5:].tolist() == list(range(105, 120))
    assert series.past.values[1, 6, 0] == 18
    assert series.known.values[:, 6, 0].tolist() == [0, 0]
    assert series.known.values[1, :6, 0].tolist() == [1] * 6
    assert series.static_names == ["city=Bonn", "city=Ulm", "size"]
    assert series.static.tolist() == [[0, 1, -1], [1, 0, 1]]
    assert series.repairs == ["1 of 2 series begin after 2024-03-01 00:00:00."]
    one = read_series(
        write(text),
        series_id="id",
        value="sales",
        targets=["x"],
    )
    assert (one.names, one.length) == (["x"], 15)


def test_the_order_of_rows_does_not_matter(write):
    table = frame()
    expected = read_series(write(table.to_csv(index=False)))
    shuffled = table.sample(frac=1, random_state=0)
    series = read_series(write(shuffled.to_csv(index=False)))
    np.testing.assert_array_equal(series.values, expected.values)
    assert series.repairs == ["The rows were not in the order of time; they were sorted."]


def test_gaps_are_missing_values_and_on_record(write):
    values = [float(n) for n in range(48)]
    text = lines([*values[:10], "", *values[11:]], HOURS).splitlines()
    del text[31:34]
    series = read_series(write("\n".join(text)))
    assert np.flatnonzero(np.isnan(series.values[0])).tolist() == [10, 30, 31, 32]
    (repair,) = series.repairs
    assert repair == (
        "4 of 48 values of 'load' are missing (8.3%); the longest gap has 3, from "
        "2024-01-02 06:00:00 to 2024-01-02 08:00:00."
    )


def test_a_longer_step_takes_means(write):
    times = pd.date_range("2024-01-01", periods=36, freq="10min")
    values = np.arange(36.0)
    values[7] = np.nan
    series = read_series(
        write(lines(["" if np.isnan(v) else v for v in values], times)), frequency="h"
    )
    assert series.values[0].tolist() == [2.5, pytest.approx(8.8), 14.5, 20.5, 26.5, 32.5]
    assert "their mean is taken" in series.repairs[0]


def test_times_off_the_grid_are_moved_and_on_record(write):
    times = HOURS + pd.to_timedelta([*[0] * 20, 90, *[0] * 27], unit="s")
    series = read_series(write(lines(range(48), times)))
    assert series.times.equals(HOURS)
    assert series.values[0].tolist() == list(range(48))
    assert series.repairs[0].startswith("1 of 48 times were not on the grid of frequency h")


def test_a_known_covariate_is_held_where_the_file_lacks_rows(write):
    table = frame().drop(index=[20, 21])
    series = read_series(write(table.to_csv(index=False)), targets=["load"], known=["plan"])
    plan = series.known.values[0, :, 0]
    assert plan[20] == plan[21] == plan[19]
    assert "2 values of covariates known ahead (plan)" in series.repairs[-1]


def test_a_calendar_comes_with_the_series(write):
    series = read_series(write(lines(range(48))), calendar=["hour", "weekday"])
    data = ForecastData(series, lookback=5, horizon=4)
    assert data.known_features == ["hour_sin", "hour_cos", "weekday_sin", "weekday_cos"]
    with pytest.raises(DataError, match=r"no calendar feature 'hours'") as caught:
        read_series(write(lines(range(48))), calendar=["hours"])
    assert "Did you mean 'hour'?" in caught.value.hint


def test_altering_the_future_in_the_file_changes_nothing_before(write):
    table = frame()
    table.loc[[12, 33], "load"] = np.nan
    settings = {"targets": ["load"], "past": ["sun"], "known": ["plan"]}
    window = {"lookback": 6, "horizon": 4, "train_end": 30, "validation_end": 38}
    old = ForecastData(read_series(write(table.to_csv(index=False)), **settings), **window)
    table.loc[30:, ["load", "sun"]] *= -1000
    table.loc[31, "load"] = np.nan
    table.loc[30 + 4 :, "plan"] = 77
    new = ForecastData(read_series(write(table.to_csv(index=False)), **settings), **window)
    origins = np.arange(6, 31)
    before, after = (d.windows(origins, np.zeros(25, int)).inputs for d in (old, new))
    assert before.keys() == after.keys() == {"values", "series", "history", "known"}
    for name in before:
        assert before[name].tobytes() == after[name].tobytes()
    assert (old.mean, old.scale) == (new.mean, new.scale)


LATE = HOURS.astype(str).tolist()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "It is empty"),
        ("date,load\n", "has column names but no row"),
        ("date,load\n\n,\n", "has column names but no row"),
        (b"date,load\n\xff\xff\xff,1\n", "neither UTF-8 nor cp949"),
        ("date,load\n2024-01-01,5\n", "It has a single time, 2024-01-01"),
        (lines(range(48), header="nr,load", times=range(48)), "No column of times.*: nr, load"),
        ("2024-01-01,5\n2024-01-02,6\n", "first line has values"),
        ("date,load,load\n2024-01-01,5,6\n", "Two columns are called 'load'"),
        ("date,load\n2024-01-01,1,234.5\n", "more fields than"),
        (
            lines(range(48), [*LATE[:3], "yesterday", *LATE[4:]]),
            "1 line without a readable time in column 'date' .line 5: 'yesterday'",
        ),
        (
            lines(range(48), [*LATE[:5], "", *LATE[6:]]),
            "1 line without a readable time .* .line 7: ''",
        ),
        (
            lines(range(48), [*LATE[:3], LATE[1], *LATE[4:7], LATE[1], *LATE[8:]]),
            r"2 lines with a time that a row had before \(line 5: '2024-01-01 01:00:00'; line 9",
        ),
        (
            lines(range(48), [f"{t}Z" if n != 8 else t for n, t in enumerate(LATE)]),
            r"1 line with a time unlike .* \(line 10: '2024-01-01 08:00:00'\)",
        ),
        (
            lines(range(48), [f"{t}+0{9 if n < 40 else 1}:00" for n, t in enumerate(LATE)]),
            r"8 lines in another time zone than most \(line 42: '2024-01-02 16:00:00\+01:00'",
        ),
        (
            lines([*range(40), "n.a."]),
            r"1 line with text in column 'load', .* \(line 42: 'n\.a\.'\)",
        ),
        (lines([1, '"1,234"', 5]), r"with text .* \(line 3: '1,234'\)"),
        (lines(['"1,234"', '"5,678"']), r"2 lines with text .* \(line 2: '1,234'; line 3"),
        ("date;load\n2024-01-01;1,500\n2024-01-02;2,5\n2024-01-03;1.5\n", r"2 lines with text"),
        (lines([1, "inf", 5, "-inf"]), r"2 lines with an infinite number in column 'load'"),
        (lines([1, "1e39", 5]), r"1 line with an infinite number in column 'load'"),
        (lines([4] * 48), r"1 series that never change: load \(always 4\)"),
        (lines([""] * 48), "1 series without a single value: load"),
        (lines(["calm"] * 48), "No column of numbers is left"),
        (
            lines([*range(20), *[""] * 12, *range(16)]),
            r"12 of 48 values of 'load' are missing \(25\.0%\); the longest gap has 12, from "
            "2024-01-01 20:00:00 to 2024-01-02 07:00:00. At most 20%",
        ),
        ("date,time,load\n2024-01-01,2024-01-01,1\n2024-01-02,2024-01-02,2\n", "Several columns"),
        ("date,load\n2024-01-01 00:00,1\n" + "2024-01-01 00:01,2\n2034-01-01,2\n", "are missing"),
        (
            "date,load\n0001-01-01 00:00:01,1\n0001-01-01 00:00:02,2\n2094-01-01,2\n",
            "too many for memory",
        ),
    ],
)
def test_refusals(write, text, message):
    with pytest.raises(DataError, match=message) as caught:
        read_series(write(text))
    assert caught.value.where.endswith("series.csv")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"timestamp": "when"}, "no column 'when', which data.timestamp names"),
        ({"timestamp": "load"}, "48 lines without a readable time in column 'load'"),
        ({"targets": ["lood"]}, "no column 'lood', which data.targets names"),
        ({"past": ["suns"]}, "no column 'suns', which data.past names"),
        ({"known": ["x"]}, "no column 'x', which data.known names"),
        ({"targets": ["date"]}, "'date' is in data.timestamp and in data.targets"),
        ({"targets": ["load"], "past": ["load"]}, "is in data.past and in data.targets"),
        ({"static": ["sun"]}, "data.static is for long tables"),
        ({"value": "sun"}, "data.value is for long tables"),
        ({"series_id": "sun"}, "Expected one column of values; 3 are left: load, wind, plan"),
        ({"frequency": "hourly"}, "'hourly' is no frequency"),
        ({"frequency": "SMS"}, "makes no grid"),
        ({"known": ["load", "sun", "wind", "plan"]}, "No column of numbers is left"),
    ],
)
def test_settings_that_do_not_fit(write, settings, message):
    with pytest.raises(DataError, match=message) as caught:
        read_series(write(frame().to_csv(index=False)), **{"timestamp": "date", **settings})
    assert caught.value.hint


def test_names_that_are_nearly_right(write):
    with pytest.raises(DataError) as caught:
        read_series(write(frame().to_csv(index=False)), targets=["lood"])
    assert caught.value.hint == "Did you mean 'load'?"


@pytest.mark.parametrize(
    ("rows", "value", "message"),
    [
        ([20], np.nan, r"1 line without 'plan', a covariate .* \(line 22\)"),
        (range(40, 48), np.nan, "'plan', which data.known names, ends at 2024-01-02 15:00:00"),
        (range(48), np.nan, "'plan', which data.known names, has no value"),
    ],
)
def test_known_covariates_with_holes(write, rows, value, message):
    table = frame()
    table.loc[list(rows), "plan"] = value
    with pytest.raises(DataError, match=message):
        read_series(write(table.to_csv(index=False)), targets=["load"], known=["plan"])


@pytest.mark.parametrize(
    ("text", "settings", "message"),
    [
        ("a,2024-01-01,1\na,2024-01-01,2\n", {}, "1 line with a time that their series had before"),
        ("a,2024-01-01,1\n,2024-01-02,2\n", {}, r"1 line without a series in column 'id' \(line 3"),
        ("a,2024-01-01,1\na,2024-01-02,2\n", {"targets": ["b"]}, "no series 'b'"),
        ("a,2024-01-01,1\na,2024-01-02,2\nb,2024-01-01,2\n", {}, "never change: b .always 2"),
        (
            "a,2024-01-01,1\na,2024-01-02,2\n",
            {"static": ["sales"], "value": "size"},
            "1 line with another 'sales' than",
        ),
    ],
)
def test_long_files_that_cannot_be(write, text, settings, message):
    rows = "".join(f"{line},{n}\n" for n, line in enumerate(text.splitlines()))
    with pytest.raises(DataError, match=message):
        read_series(
            write("id,date,sales,size\n" + rows),
            **{"series_id": "id", "value": "sales", **settings},
        )


def test_a_long_file_with_a_future_and_a_series_that_ended(write):
    text = "id,date,sales,plan\n"
    for row, day in enumerate(pd.date_range("2024-03-01", periods=30)):
        sold = row if row < 26 else ""
        text += f"a,{day.date()},{sold},{row % 5}\n"
        text += f"b,{day.date()},{sold and sold * 2},{row % 3}\n"
        text += f"c,{day.date()},{row % 7},{row % 4}\n" if row < 20 else ""
    settings = {"series_id": "id", "value": "sales", "known": ["plan"]}
    series = read_series(write(text), **settings)
    assert series.values.shape == (3, 26)
    assert series.known.rows == 26, "no further than where the first of them ends"
    assert series.repairs == ["1 of 3 series end before 2024-03-26 00:00:00."]
    alive = read_series(write(text), **settings, targets=["b", "a"])
    assert alive.names == ["b", "a"]
    assert alive.known.rows == 30
    days = np.arange(30)
    assert alive.known.values[..., 0].tolist() == [(days % 3).tolist(), (days % 5).tolist()]


def test_splits_of_times_in_utc_may_be_given_in_any_zone(write):
    series = read_series(write(lines(range(48), [f"{time}+09:00" for time in HOURS])))
    window = {"lookback": 4, "horizon": 2, "validation_end": 40}
    for end in ("2024-01-02 06:00+09:00", "2024-01-01 21:00"):
        assert ForecastData(series, **window, train_end=end).splits["train"] == range(30)
    assert ForecastData(series, **window).describe()["time_zone"] == "UTC"
