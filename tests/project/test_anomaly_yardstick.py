from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from dltemplates.data.sensor_data import SensorData
from dltemplates.data.table_data import TableData
from dltemplates.export.anomaly_detector import raw_scores
from dltemplates.project.anomaly_yardstick import area
from tests.export.small_detector import (
    machine_table,
    pump_data,
    pump_log,
    sensor_detector,
    table_detector,
)

NAMES = {"model_names": {}, "data_names": {}}


@pytest.fixture(scope="module")
def pump():
    data = pump_data()
    return data, sensor_detector(data)


def other_order(log):
    series = replace(log.series, names=["c", "a", "b"], values=log.series.values[[2, 0, 1]])
    return replace(log, series=series)


def test_a_log_in_any_order_and_with_any_window(pump):
    data, model = pump
    value = area(model, data, **NAMES).value
    rows = data.splits["test"]
    raw = raw_scores(model, data.values(range(rows.start - data.window + 1, rows.stop)))
    assert value == pytest.approx(roc_auc_score(data.labels("test"), raw))
    for window in (data.window, 9):
        other = SensorData(other_order(pump_log()), window=window)
        assert area(model, other, **NAMES).value == pytest.approx(value)


def test_a_table_in_any_order():
    table = machine_table()
    data = TableData(table)
    model = table_detector(data)
    value = area(model, data, **NAMES).value
    raw = raw_scores(model, table.values[data.rows("test")])
    assert value == pytest.approx(roc_auc_score(data.labels("test"), raw))
    other = replace(table, names=list("zyxw"), values=table.values[:, ::-1])
    assert area(model, TableData(other), **NAMES).value == pytest.approx(value)


def test_without_both_labels_or_with_other_columns_there_is_none(pump):
    data, model = pump
    log = data.log
    no_labels = SensorData(replace(log, labels=None), window=6)
    normal = SensorData(replace(log, labels=np.zeros_like(log.labels)), window=6)
    named = replace(log.series, names=["a", "b", "d"])
    others = SensorData(replace(log, series=named), window=6)
    for each in (no_labels, normal, others, TableData(machine_table())):
        assert area(model, each, **NAMES) is None
