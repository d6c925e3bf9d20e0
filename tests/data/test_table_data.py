import json
from itertools import islice

import numpy as np
import pytest

from dltemplates.data.feature_table import FeatureTable
from dltemplates.data.table_batches import training_batches, validation_batches
from dltemplates.data.table_data import TableData
from dltemplates.errors import DataError


def small_table(rows=100, *, missing=False, anomalies=None):
    rng = np.random.default_rng(2)
    values = rng.normal(40, 5, (rows, 3)).astype("float32")
    if missing:
        values[rng.random(values.shape) < 0.2] = np.nan
    labels = None
    if anomalies is not None:
        labels = np.zeros(rows, "int8")
        labels[list(anomalies)] = 1
    return FeatureTable(list("xyz"), values, labels, where="small")


def counts(data):
    return [len(data.rows(split)) for split in ("train", "validation", "test")]


def test_rows_are_divided_in_their_order():
    data = TableData(small_table())
    assert data.rows("train").tolist() == list(range(50))
    assert data.rows("validation").tolist() == list(range(50, 70))
    assert data.rows("test").tolist() == list(range(70, 100))
    assert data.rows("train").dtype == np.int64
    assert data.labels("test") is None


def test_labelled_anomalies_all_go_to_the_test():
    table = small_table(anomalies=(0, 3, 60, 99))
    data = TableData(table, validation_fraction=0.25)
    assert counts(data) == [43, 24, 33]
    assert data.rows("train").tolist() == [1, 2, *range(4, 45)]
    assert data.labels("train").sum() == data.labels("validation").sum() == 0
    assert data.labels("test").sum() == 4
    assert (np.diff(data.rows("test")) > 0).all()
    together = np.concatenate([data.rows(s) for s in ("train", "validation", "test")])
    assert sorted(together) == list(range(100))
    left = TableData(table, validation_fraction=0.25, exclude_labelled=False)
    assert left.rows("train").tolist() == list(range(45))
    assert left.labels("train").sum() == 2


def test_a_table_that_begins_with_its_anomalies():
    data = TableData(small_table(160, anomalies=range(60)))
    assert data.rows("train").tolist() == list(range(60, 110))
    assert len(data.rows("test")) == 90


def test_ends_are_numbers_of_rows_of_the_table():
    data = TableData(small_table(anomalies=(3, 95)), train_end=40, validation_end="60", test_end=90)
    assert data.rows("train").tolist() == [n for n in range(40) if n != 3]
    assert data.rows("validation").tolist() == list(range(40, 60))
    assert data.rows("test").tolist() == [3, *range(60, 90)]


def test_values_are_scaled_by_the_training_rows():
    table = small_table(missing=True)
    data = TableData(table)
    np.testing.assert_allclose(data.mean, np.nanmean(table.values[:50], axis=0), rtol=1e-5)
    np.testing.assert_allclose(data.scale, np.nanstd(table.values[:50], axis=0), rtol=1e-4)
    rows = data.rows("test")
    raw, scaled, observed = table.values[rows], data.scaled(rows), data.observed(rows)
    assert scaled.dtype == observed.dtype == np.float32
    assert (scaled[np.isnan(raw)] == 0).all()
    np.testing.assert_array_equal(observed, np.isfinite(raw))
    np.testing.assert_allclose(
        (scaled * data.scale + data.mean)[observed == 1], raw[observed == 1], rtol=1e-5
    )
    assert TableData(small_table()).observed(rows) is None


def test_what_a_run_records_is_json():
    table = small_table(missing=True, anomalies=(3,))
    table.values[:, 1] = 7
    found = json.loads(json.dumps(TableData(table).describe()))
    assert found["constant"] == ["y"]
    assert found["repairs"][0].startswith("'y' never changes in training")
    assert found["splits"]["test"]["anomalies"] == 1
    assert found["splits"]["train"]["first"] == 0


@pytest.mark.parametrize(
    ("table", "settings", "message"),
    [
        ({"anomalies": range(100)}, {}, "Every row is labelled as an anomaly"),
        ({"anomalies": range(70)}, {}, "The train split has 15 rows; 20 or more are needed"),
        ({"rows": 30}, {}, "The train split has 15 rows"),
        ({}, {"validation_fraction": 0}, "The validation split has 0 rows"),
        (
            {},
            {"train_end": 50, "validation_end": 69},
            "The validation split has 19 rows; 20 or",
        ),
        ({}, {"train_end": "2024-01-01"}, "'2024-01-01' is no row number"),
        ({}, {"train_end": 101}, "There is no row 101; there are 100"),
        ({}, {"train_end": 90}, "do not follow each other"),
        ({}, {"test_fraction": 1.0}, "Expected shares from 0 to below 1"),
    ],
)
def test_refusals(table, settings, message):
    with pytest.raises(DataError, match=message):
        TableData(small_table(**table), **settings)


@pytest.mark.parametrize("missing", [False, True])
def test_batches_hold_the_rows_of_their_split(missing):
    data = TableData(small_table(missing=missing, anomalies=(3, 60)))
    train, validation = data.rows("train"), data.rows("validation")
    found = next(iter(training_batches(data, len(train), 0).as_numpy_iterator()))
    once = validation_batches(data, 8).as_numpy_iterator()
    rows, targets = (np.concatenate(part) for part in zip(*once, strict=True))
    np.testing.assert_array_equal(rows, data.scaled(validation))
    observed = data.observed(validation) if missing else np.ones_like(rows)
    np.testing.assert_array_equal(targets, np.where(observed == 1, rows, np.nan))
    assert np.isnan(targets).any() == missing
    assert found[1].shape == found[0].shape
    assert sorted(found[0].tolist()) == sorted(data.scaled(train).tolist())
    assert found[0].tolist() != data.scaled(train).tolist()


def test_an_item_depends_on_seed_and_number_alone():
    data = TableData(small_table())

    def taken(seed, count, **settings):
        stream = training_batches(data, 7, seed, **settings).as_numpy_iterator()
        return [batch[0].tolist() for batch in islice(stream, count)]

    assert taken(1, 9) == taken(1, 9) != taken(2, 9)
    assert taken(1, 9)[6:] == taken(1, 3, first_step=6)
