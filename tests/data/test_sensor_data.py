import json
from dataclasses import replace

import keras
import numpy as np
import pytest

from dltemplates.data.sensor_data import SensorData
from dltemplates.errors import DataError
from dltemplates.layers import ForwardFill
from tests.data.small_log import small_log


def of(window=6, **kinds):
    return SensorData(small_log(**kinds), window=window)


def wider(log):
    """With 30 validation rows, for those of which some cannot be used."""
    return SensorData(log, window=6, train_end=50, validation_end=80)


def altered(log, change):
    values = log.series.values.copy()
    change(values)
    return replace(log, series=replace(log.series, values=values))


def test_splits_follow_each_other_in_time():
    data = of()
    assert data.splits == {
        "train": range(0, 50),
        "validation": range(50, 70),
        "test": range(70, 100),
    }
    assert data.ends("train").tolist() == list(range(5, 50))
    assert data.ends("validation").tolist() == list(range(50, 70))
    assert data.ends("test").tolist() == list(range(70, 100))
    assert data.ends("train").dtype == np.int64
    assert (data.frequency, data.rows_per_day) == ("10min", pytest.approx(144))


def test_ends_may_be_times():
    data = SensorData(
        small_log(),
        window=6,
        train_end="2024-01-01 05:00",
        validation_end=60,
        test_end="2024-01-01 15:00",
    )
    assert [(r.start, r.stop) for r in data.splits.values()] == [(0, 30), (30, 60), (60, 90)]


def test_windows_are_scaled_by_the_training_rows():
    log = small_log()
    data = SensorData(log, window=6)
    train = log.series.values[:, :50].astype("float64")
    np.testing.assert_allclose(data.mean, train.mean(1), rtol=1e-6)
    np.testing.assert_allclose(data.scale, train.std(1), rtol=1e-6)
    windows = data.windows(data.ends("validation"))
    assert (windows.shape, windows.dtype) == ((20, 6, 3), np.float32)
    expected = (log.series.values[:, 45:51].T - train.mean(1)) / train.std(1)
    np.testing.assert_allclose(windows[0], expected, atol=1e-5)
    np.testing.assert_array_equal(data.values(range(45, 51)), log.series.values[:, 45:51].T)
    assert data.observed(data.ends("test")) is None


def test_what_comes_after_training_has_no_part_in_the_scaling():
    log = small_log(missing=True)
    later = altered(log, lambda values: values.__setitem__((slice(None), slice(50, None)), 1e6))
    old, new = wider(log), wider(later)
    assert (old.mean.tolist(), old.scale.tolist()) == (new.mean.tolist(), new.scale.tolist())
    ends = old.ends("train")
    assert old.windows(ends).tobytes() == new.windows(ends).tobytes()


def test_missing_values_are_filled_as_a_served_model_has_to():
    data = wider(small_log(missing=True))
    raw = data.values(range(100))
    ends = np.arange(5, 100)
    rows = ends[:, None] + np.arange(-5, 1)
    gaps = keras.ops.convert_to_tensor((raw[rows] - data.mean) / data.scale)
    np.testing.assert_array_equal(
        data.windows(ends), keras.ops.convert_to_numpy(ForwardFill()(gaps))
    )
    np.testing.assert_array_equal(data.observed(ends), np.isfinite(raw[rows]))
    assert data.observed(ends).dtype == np.float32


def test_rows_without_any_value_do_not_count():
    data = wider(small_log(missing=True))
    assert np.flatnonzero(~data.usable("train")).tolist()[-6:] == [44, 45, 46, 47, 48, 49]
    assert not data.usable("validation")[:2].any()
    assert 49 not in data.ends("train"), "a window without a value"
    assert 48 in data.ends("train")


def test_labelled_anomalies_neither_train_nor_calibrate():
    log = small_log(anomalies=(20, 55, 80))
    wild = altered(log, lambda values: values.__setitem__((slice(None), 20), 1e6))
    data = wider(wild)
    assert data.ends("train").tolist() == [*range(5, 20), *range(26, 50)]
    assert np.flatnonzero(~data.usable("train")).tolist() == [20]
    assert np.flatnonzero(~data.usable("validation")).tolist() == [5]
    assert data.usable("test").all(), "the test is to find them"
    assert data.ends("validation").tolist() == [*range(50, 55), *range(61, 80)], "no such window"
    assert (data.mean < 10).all()
    assert data.labels("test").tolist() == [1] + [0] * 19
    assert of().labels("test") is None


def test_labels_may_be_left_alone():
    data = SensorData(small_log(anomalies=(20, 55)), window=6, exclude_labelled=False)
    assert len(data.ends("train")) == 45
    assert data.usable("train").all()
    assert data.labels("train")[20] == 1


def test_a_constant_sensor_is_kept_and_said():
    log = altered(small_log(), lambda values: values.__setitem__((1, slice(0, 50)), 7))
    data = SensorData(log, window=6)
    assert (data.constant, data.scale[1], data.mean[1]) == (["b"], 1, 7)
    assert data.repairs[-1].startswith("'b' never changes in training: kept")
    assert data.scaled[60, 1] == log.series.values[1, 60] - 7
    assert log.series.repairs == []


def test_what_a_run_records_is_json():
    found = json.loads(json.dumps(wider(small_log(missing=True, anomalies=(20, 80))).describe()))
    assert found["splits"]["train"]["anomalies"] == 1
    assert found["splits"]["test"]["rows"] == [80, 100]
    assert found["names"] == ["a", "b", "c"]
    assert of().describe()["splits"]["test"]["anomalies"] is None


def test_windows_beyond_the_log_are_a_mistake():
    for end in (4, 100):
        with pytest.raises(ValueError, match="Expected ends from 5 to 99"):
            of().windows(np.array([end]))


@pytest.mark.parametrize(
    ("log", "settings", "message"),
    [
        ({}, {"window": 51}, "There are 50 training rows; a window has 51"),
        ({}, {"window": 101}, "There are 50 training rows; a window has 101"),
        ({}, {"window": 0}, "Expected a window of 1 row or more"),
        ({"rows": 30}, {}, "There are 15 training rows; 20 are needed"),
        ({}, {"validation_fraction": 0}, "There is no validation split"),
        (
            {"anomalies": range(100)},
            {},
            "The train split has 0 usable rows, and needs 20 or more; 50 rows are labelled",
        ),
        ({"anomalies": range(50, 70)}, {}, "The validation split has 0 usable rows, and needs 20"),
        (
            {},
            {"train_end": 50, "validation_end": 69},
            "The validation split has 19 usable rows, and needs 20",
        ),
        (
            {"anomalies": (60,)},
            {"train_end": 50, "validation_end": 75},
            "validation split has 19 windows without an anomaly, and needs 20 or more; 1 rows are",
        ),
        (
            {"anomalies": range(0, 50, 5)},
            {},
            "The train split has 0 windows without an anomaly, and needs 1 or more; 10 rows are",
        ),
        ({}, {"train_end": "soon"}, "'soon' is neither a row number nor a time"),
        ({}, {"train_end": 90}, "do not follow each other"),
    ],
)
def test_refusals(log, settings, message):
    with pytest.raises(DataError, match=message):
        SensorData(small_log(**log), **{"window": 6, **settings})


def test_sensors_that_cannot_be_scaled():
    log = small_log()
    empty = altered(log, lambda values: values.__setitem__((1, slice(0, 50)), np.nan))
    with pytest.raises(DataError, match="Without a value in the training rows: b"):
        SensorData(empty, window=6)
    still = altered(log, lambda values: values.__setitem__((slice(None), slice(0, 50)), 3))
    with pytest.raises(DataError, match=r"No column changes .* nothing to learn: a, b, c"):
        SensorData(still, window=6)


def test_a_split_without_rows_has_no_ends():
    data = SensorData(small_log(), window=6, test_fraction=0)
    assert data.labels("test") is None
    with pytest.raises(DataError, match="There is no test split"):
        data.ends("test")
