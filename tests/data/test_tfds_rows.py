"""Logs and feature tables from data sets that the test writes in TensorFlow Datasets' format."""

import numpy as np
import pytest
import tensorflow as tf

from dltemplates.data.feature_table_source import load_feature_table
from dltemplates.data.sensor_log_source import load_sensor_log
from dltemplates.errors import DataError
from tests.data.test_tfds_series import HOURS, TEXT, store, tfds

SEQUENCE = tfds.features.Sequence(tf.float32)


def row(index):
    return {"time": str(HOURS[index]), "load": float(index), "sun": float(index % 7), "bad": 0}


def test_a_log_of_rows(tmp_path):
    store(
        tmp_path,
        {"time": TEXT, "load": tf.float32, "sun": tf.float32, "bad": tf.int64},
        train=[row(n) for n in range(30)],
        test=[{**row(n), "bad": int(n == 33)} for n in range(30, 40)],
    )
    log = load_sensor_log("tfds", name="power", data_dir=str(tmp_path), label="bad")
    assert log.series.names == ["load", "sun"]
    assert log.series.values[0].tolist() == list(range(40))
    assert np.flatnonzero(log.labels).tolist() == [33]
    assert log.series.where == "power/1.0.0"


def test_a_log_that_is_one_whole_series(tmp_path):
    features = {"start": TEXT, "load": SEQUENCE, "sun": SEQUENCE}
    lines = {"load": np.arange(40, dtype="f4"), "sun": np.arange(40, dtype="f4") % 7}
    store(tmp_path, features, train=[{"start": "2024-01-01", **lines}])
    settings = {"name": "power", "data_dir": str(tmp_path), "timestamp": "start"}
    log = load_sensor_log("tfds", **settings, frequency="h")
    assert log.series.names == ["load", "sun"]
    assert log.series.times.equals(HOURS)


def test_rows_without_times_are_no_log(tmp_path):
    store(tmp_path, {"load": tf.float32}, train=[{"load": n} for n in range(40)])
    with pytest.raises(DataError, match="in an order of its own"):
        load_sensor_log("tfds", name="power", data_dir=str(tmp_path), timestamp="none")


def test_several_whole_series_are_no_log(tmp_path):
    lines = {"load": np.arange(40, dtype="f4")}
    store(tmp_path, {"load": SEQUENCE}, train=[lines, lines])
    with pytest.raises(DataError, match="It has 2 series of their own"):
        load_sensor_log("tfds", name="power", data_dir=str(tmp_path), timestamp="none")


def test_a_table_of_numbers_and_vectors(tmp_path):
    vector = tfds.features.Tensor(shape=(2,), dtype=tf.float32)
    store(
        tmp_path,
        {"heat": tf.float32, "parts": vector, "bad": tf.bool},
        train=[{"heat": n, "parts": [n * 2, n * 3], "bad": n == 4} for n in range(30)],
    )
    table = load_feature_table("tfds", name="power", data_dir=str(tmp_path), label="bad")
    assert table.names == ["heat", "parts[0]", "parts[1]"]
    heat, first, second = table.values.T  # in the order that they are stored in
    assert sorted(heat) == list(range(30))
    np.testing.assert_array_equal(first, heat * 2)
    np.testing.assert_array_equal(second, heat * 3)
    np.testing.assert_array_equal(table.labels, heat == 4)


def test_columns_are_always_in_the_same_order(tmp_path):
    names = list("hcagbfde")
    store(tmp_path, dict.fromkeys(names, tf.float32), train=[dict.fromkeys(names, 1.0)])
    found = load_feature_table("tfds", name="power", data_dir=str(tmp_path))
    assert found.names == sorted(names)


def test_a_table_with_text(tmp_path):
    store(tmp_path, {"heat": tf.float32, "kind": TEXT}, train=[{"heat": 1.0, "kind": "pump"}])
    with pytest.raises(DataError, match=r"1 row without a number in column 'kind'"):
        load_feature_table("tfds", name="power", data_dir=str(tmp_path))


@pytest.mark.parametrize("shape", [(None,), (2, 2)])
def test_examples_that_are_no_rows(tmp_path, shape):
    image = tfds.features.Tensor(shape=shape, dtype=tf.float32)
    example = {"image": np.zeros([size or 3 for size in shape], "f4")}
    store(tmp_path, {"image": image}, train=[example])
    with pytest.raises(DataError, match="Its feature 'image' is no number and no vector"):
        load_feature_table("tfds", name="power", data_dir=str(tmp_path))


def test_a_name_is_wanted():
    for load in (load_sensor_log, load_feature_table):
        with pytest.raises(DataError, match=r"data\.name: No TensorFlow Datasets name"):
            load("tfds")
