from dataclasses import replace

import numpy as np
import pytest

from dltemplates.data.feature_table import FeatureTable
from dltemplates.data.learned_columns import LearnedColumns
from dltemplates.data.sensor_data import SensorData
from dltemplates.data.table_data import TableData
from dltemplates.errors import RunError
from tests.data.small_log import small_log

MEAN, SCALE = np.float32([1, 2, 3]), np.float32([10, 20, 30])
LEARNED = LearnedColumns(
    ["c", "a", "b"], MEAN, SCALE, np.array([False, True, False]), 6, "10min", "runs/old"
)


def table():
    values = np.random.default_rng(0).normal(5, 3, (100, 3)).astype("float32")
    return FeatureTable(list("abc"), values)


def test_a_log_goes_on_with_the_sensors_of_the_detector():
    log = small_log()
    data = SensorData(log, window="auto", learned=LEARNED, scaling="start")
    assert (data.names, data.window) == (["c", "a", "b"], 6)
    assert data.drifting.tolist() == [False, True, False]
    expected = (log.series.values[[2, 0, 1]].T - MEAN) / SCALE
    np.testing.assert_allclose(data.scaled, expected, rtol=1e-5)
    np.testing.assert_array_equal(data.values(range(9)), log.series.values[[2, 0, 1], :9].T)
    assert data.describe()["drifting"] == ["a"]


def test_a_table_goes_on_with_the_features_of_the_detector():
    learned = replace(LEARNED, window=0, frequency="")
    data = TableData(table(), learned=learned, scaling="start")
    assert data.names == ["c", "a", "b"]
    rows = np.arange(9)
    expected = (table().values[:9, [2, 0, 1]] - MEAN) / SCALE
    np.testing.assert_allclose(data.scaled(rows), expected, rtol=1e-5)


def test_the_scaling_is_the_data_s_own_the_detector_s_or_of_both():
    own = TableData(table())
    for mode, mean, scale in (
        ("own", own.mean[[2, 0, 1]], own.scale[[2, 0, 1]]),
        ("level", own.mean[[2, 0, 1]], SCALE),
        ("start", MEAN, SCALE),
    ):
        data = TableData(table(), learned=LEARNED, scaling=mode)
        np.testing.assert_array_equal((data.mean, data.scale), (mean, scale))


def test_other_columns_are_refused_by_name():
    with pytest.raises(RunError, match="missing: 'b'; additional: 'd', 'e'"):
        LEARNED.order(list("acde"), setting="data.sensors")
    with pytest.raises(RunError, match="additional: 'd'") as caught:
        SensorData(small_log(names="abcd"), window="auto", learned=LEARNED)
    assert "missing" not in caught.value.message
    assert caught.value.where == "runs/old"


def test_another_grid_is_refused():
    with pytest.raises(RunError, match="judges windows of 6 rows, not of 12"):
        SensorData(small_log(), window=12, learned=LEARNED)
    with pytest.raises(RunError, match="rows that are 'h' apart; these are '10min' apart"):
        SensorData(small_log(), learned=replace(LEARNED, frequency="h"))
