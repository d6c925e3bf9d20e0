"""Against data sets that the test writes in TensorFlow Datasets' own format."""

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from dltemplates.data import tfds_builder
from dltemplates.data.tfds_series import read_tfds_series
from dltemplates.errors import DataError

tfds = pytest.importorskip("tensorflow_datasets")

HOURS = pd.date_range("2024-01-01", periods=40, freq="h")
TEXT = tfds.features.Text()


def store(folder, features, **splits):
    features = tfds.features.FeaturesDict(features)
    tfds.dataset_builders.store_as_tfds_dataset(
        name="power",
        version="1.0.0",
        features=features,
        split_datasets={
            name: tf.data.Dataset.from_generator(
                lambda examples=examples: iter(examples),
                output_signature=features.get_tensor_spec(),
            )
            for name, examples in splits.items()
        },
        data_dir=folder,
    )


def row(index):
    return {"time": str(HOURS[index]), "load": float(index), "sun": float(index % 7)}


def test_examples_that_are_rows(tmp_path):
    store(
        tmp_path,
        {"time": TEXT, "load": tf.float32, "sun": tf.float32},
        test=[row(n) for n in range(30, 40)],
        train=[row(n) for n in range(30)],
    )
    series = read_tfds_series("power", str(tmp_path), past=["sun"], calendar=["hour"])
    assert series.names == ["load"]
    assert series.times.equals(HOURS)
    assert series.values[0].tolist() == list(range(40))
    assert series.past.values[0, 8, 0] == 1
    assert series.where == "power/1.0.0"
    with pytest.raises(DataError, match="no column 'lod'") as caught:
        read_tfds_series("power", str(tmp_path), targets=["lod"])
    assert caught.value.hint == "Did you mean 'load'?"


def test_examples_that_are_whole_series(tmp_path):
    seconds = HOURS.as_unit("s").asi8
    store(
        tmp_path,
        {
            "time": tfds.features.Sequence(tf.int64),
            "load": tfds.features.Sequence(tf.float32),
            "town": TEXT,
        },
        train=[
            {"time": seconds, "load": np.arange(40, dtype="f4"), "town": "Ulm"},
            {"time": seconds[9:], "load": np.arange(31, dtype="f4"), "town": "Bonn"},
        ],
    )
    series = read_tfds_series("power", str(tmp_path), series_id="town")
    towns = dict(zip(series.names, series.values, strict=True))
    assert towns["Ulm"].tolist() == list(range(40))
    assert towns["Bonn"][9:].tolist() == list(range(31))
    assert read_tfds_series("power", str(tmp_path)).names == ["0", "1"]


def test_whole_series_of_which_the_first_time_is_given(tmp_path):
    store(
        tmp_path,
        {"start": TEXT, "load": tfds.features.Tensor(shape=(None,), dtype=tf.float32)},
        train=[{"start": "2024-01-01", "load": np.arange(40, dtype="f4")}],
    )
    series = read_tfds_series("power", str(tmp_path), timestamp="start", frequency="h")
    assert series.names == ["load"]
    assert series.times.equals(HOURS)
    with pytest.raises(DataError, match="only the first time of a series"):
        read_tfds_series("power", str(tmp_path), timestamp="start")
    with pytest.raises(DataError, match="cannot be counted on from"):
        read_tfds_series("power", str(tmp_path), timestamp="start", frequency="hourly")


def test_sequences_that_do_not_go_together(tmp_path):
    store(
        tmp_path,
        {"time": tfds.features.Sequence(tf.int64), "load": tfds.features.Sequence(tf.float32)},
        train=[{"time": np.arange(4), "load": np.arange(3, dtype="f4")}],
    )
    with pytest.raises(DataError, match=r"example 0 are not of one length: .*load 3"):
        read_tfds_series("power", str(tmp_path))


def test_no_series_at_all(tmp_path):
    image = tfds.features.Tensor(shape=(2, 2), dtype=tf.float32)
    store(tmp_path, {"image": image}, train=[{"image": np.zeros((2, 2), "f4")}])
    with pytest.raises(DataError, match=r"None of its features \(image\) is a number"):
        read_tfds_series("power", str(tmp_path))


def test_no_network(tmp_path, monkeypatch):
    monkeypatch.setattr(tfds_builder, "_HOST", ("127.0.0.1", 9))
    with pytest.raises(DataError, match="not prepared on this machine"):
        read_tfds_series("diamonds", str(tmp_path))


def test_a_name_is_wanted():
    with pytest.raises(DataError, match=r"data\.name: No TensorFlow Datasets name"):
        read_tfds_series("")
