import logging

import numpy as np
import pandas as pd
import pytest

from dltemplates.data.sensor_log_source import load_sensor_log
from dltemplates.errors import DataError

MINUTES = pd.date_range("2024-01-01", periods=40, freq="min")


def frame(rows=40):
    rng = np.random.default_rng(0)
    numbers = {name: rng.normal(size=rows).round(3) for name in ("flow", "heat", "valve")}
    return pd.DataFrame({"time": MINUTES[:rows], **numbers, "fault": 0, "change": 0})


@pytest.fixture
def read(tmp_path):
    def read(table, *, separator=",", **settings):
        path = tmp_path / "log.csv"
        text = table if isinstance(table, str) else table.to_csv(index=False, sep=separator)
        path.write_text(text)
        return load_sensor_log("path", path=str(path), **settings)

    return read


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_sensors_labels_and_times(read, separator):
    table = frame()
    table.loc[10:12, "fault"] = 1
    log = read(table, separator=separator, label="fault", ignore=["change"])
    assert log.series.names == ["flow", "heat", "valve"]
    assert log.series.times.equals(MINUTES)
    np.testing.assert_allclose(log.series.values.T, table[["flow", "heat", "valve"]], rtol=1e-6)
    assert (log.labels.dtype, np.flatnonzero(log.labels).tolist()) == (np.int8, [10, 11, 12])
    assert log.rows_per_day == pytest.approx(1440)
    assert log.series.repairs == []


def test_sensors_may_be_named_and_labels_may_be_absent(read):
    log = read(frame(), sensors=["valve", "flow"])
    assert (log.series.names, log.labels) == (["valve", "flow"], None)


def test_what_is_ignored_may_be_absent_where_sensors_are_named(read):
    """So a log to be judged needs no more columns than the sensors."""
    log = read(frame()[["time", "flow", "heat"]], sensors=["flow", "heat"], ignore=["change"])
    assert log.series.names == ["flow", "heat"]


def test_text_is_left_out_and_said(read):
    log = read(frame().assign(note="calm"), label="fault")
    assert "note" not in log.series.names
    assert log.series.repairs == ["Left out, since they hold text: 'note'."]


def test_constant_sensors_are_kept(read):
    assert "valve" in read(frame().assign(valve=3.0)).series.names


@pytest.mark.parametrize(
    "written", [["0", "1"], ["False", "TRUE"], ["0.0", "1.0"], ["", "1"], ["false", " true"]]
)
def test_labels_as_they_are_written(read, written):
    table = frame().astype({"fault": object})
    table["fault"] = [written[row % 5 == 0] for row in range(40)]
    log = read(table, label="fault")
    assert np.flatnonzero(log.labels).tolist() == list(range(0, 40, 5))
    empty = ["32 rows without a label in 'fault' count as normal."]
    assert log.series.repairs == (empty if written[0] == "" else [])


def test_a_longer_step_is_an_anomaly_where_any_row_is(read):
    table = frame()
    table.loc[11, "fault"] = 1
    log = read(table, label="fault", ignore=["change"], frequency="5min")
    assert log.labels.tolist() == [0, 0, 1, 0, 0, 0, 0, 0]
    assert log.series.values[0, 2] == pytest.approx(table["flow"][10:15].mean(), rel=1e-5)


def test_rows_that_the_file_lacks(read):
    table = frame()
    table.loc[10:20, "fault"] = 1
    log = read(table.drop(index=[12, 13, 20, 21, 30]), label="fault", ignore=["change"])
    assert np.flatnonzero(np.isnan(log.series.values[1])).tolist() == [12, 13, 20, 21, 30]
    assert np.flatnonzero(log.labels).tolist() == list(range(10, 20)), "12 and 13 lie inside"
    assert log.series.repairs[0].startswith("5 of 40 values of each of 3 sensors are missing")


def test_the_order_of_rows_does_not_matter(read):
    table = frame()
    table.loc[10:12, "fault"] = 1
    expected = read(table, label="fault")
    log = read(table.sample(frac=1, random_state=0), label="fault")
    np.testing.assert_array_equal(log.series.values, expected.series.values)
    np.testing.assert_array_equal(log.labels, expected.labels)
    assert log.series.repairs == ["The rows were not in the order of time; they were sorted."]


def test_a_log_without_times(read):
    table = frame().drop(columns="time").assign(change=0.5)
    table.loc[7, "fault"] = 1
    with pytest.raises(DataError, match="No column of times"):
        read(table, label="fault")
    log = read(table, label="fault", timestamp="none")
    assert (log.series.length, log.series.frequency) == (40, "s")
    assert np.flatnonzero(log.labels).tolist() == [7]
    assert "rows are counted as seconds" in log.series.repairs[0]


def test_a_sensor_without_values_is_only_judged(read):
    table = frame().assign(heat=np.nan)
    with pytest.raises(DataError, match="Without a single value: heat"):
        read(table)
    log = read(table, sensors=["flow", "heat"], missing_limit=1.0)
    assert np.isnan(log.series.values[1]).all()


@pytest.mark.parametrize(
    ("change", "settings", "message"),
    [
        ({}, {"label": "faults"}, "no column 'faults', which data.label names"),
        ({}, {"ignore": ["changes"]}, "no column 'changes', which data.ignore names"),
        ({}, {"sensors": ["flo"]}, "no column 'flo', which data.sensors names"),
        ({}, {"timestamp": "tim"}, "no column 'tim', which data.timestamp names"),
        ({}, {"label": "fault", "sensors": ["fault"]}, "is in data.label and in data.sensors"),
        ({}, {"sensors": ["time"]}, "'time' is in data.timestamp and in data.sensors"),
        ({}, {"sensors": ["flow", "flow"]}, "'flow' is twice in data.sensors"),
        ({}, {"ignore": ["flow", "heat", "valve", "fault", "change"]}, "No column is left"),
        ({"fault": 2}, {"label": "fault"}, r"40 lines with a label .* \(line 2: '2'; line 3: '2'"),
        ({"fault": "bad"}, {"label": "fault"}, r"neither 0 nor 1 \(line 2: 'bad'"),
        ({"flow": "n.a."}, {"sensors": ["flow"]}, "with text in column 'flow'"),
        ({"flow": "inf"}, {}, "with an infinite number in column 'flow'"),
        ({"time": MINUTES[0]}, {}, "39 lines with a time that a row had before"),
        ({}, {"frequency": "hourly"}, "'hourly' is no frequency"),
    ],
)
def test_refusals(read, change, settings, message):
    with pytest.raises(DataError, match=message) as caught:
        read(frame().assign(**change), **{"timestamp": "time", **settings})
    assert caught.value.hint


def test_names_that_are_nearly_right(read):
    with pytest.raises(DataError) as caught:
        read(frame(), label="fautl")
    assert caught.value.hint == "Did you mean 'fault'?"


def test_too_many_gaps(read):
    table = frame()
    table.loc[5:20, "heat"] = np.nan
    with pytest.raises(DataError, match=r"16 of 40 values of 'heat' are missing") as caught:
        read(table)
    assert "leave the sensor or the time out" in caught.value.hint


def test_only_text(read):
    text = "time,note\n2024-01-01,calm\n2024-01-02,loud\n"
    with pytest.raises(DataError, match="No column of numbers is left to watch"):
        read(text)


@pytest.mark.parametrize(
    "settings", [{"sensors": ["speed"]}, {"label": "speed"}, {"ignore": ["speed"]}]
)
def test_the_sample_is_taken_whole(settings):
    with pytest.raises(DataError, match="'speed' would not be used") as caught:
        load_sensor_log("sample", **settings)
    assert caught.value.where == f"data.{next(iter(settings))}"
    names = load_sensor_log("sample").series.names
    assert load_sensor_log("sample", sensors=names[::-1]).series.names == names


def test_decimal_commas(tmp_path):
    rows = [f"01.03.2024 {row // 60:02}:{row % 60:02};{row},5;{row};0" for row in range(90)]
    (tmp_path / "log.csv").write_text("\n".join(["Zeit;Druck;Takt;fault", *rows]))
    log = load_sensor_log("path", path=str(tmp_path / "log.csv"), timestamp="Zeit", label="fault")
    assert log.series.names == ["Druck", "Takt"]
    assert log.series.values[:, 7].tolist() == [7.5, 7.0]
    assert log.labels.tolist() == [0] * 90


def test_a_path_is_wanted(caplog):
    with pytest.raises(DataError, match=r"data\.path: No path given"):
        load_sensor_log("path")
    with caplog.at_level(logging.INFO):
        load_sensor_log("sample", path="log.csv")
    assert "data.path is not used" in caplog.text
    assert "8 sensors" in caplog.text
    assert "labelled as anomalies" in caplog.text
