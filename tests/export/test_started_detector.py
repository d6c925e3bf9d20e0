from pathlib import Path

import keras
import numpy as np
import pytest

from dltemplates.data.table_data import TableData
from dltemplates.errors import RunError
from dltemplates.export.anomaly_detector import finish_sensor_detector, finish_table_detector
from dltemplates.export.started_detector import started_detector
from dltemplates.layers import WindowLevel
from dltemplates.training.start import Start
from tests.export.small_detector import WINDOW, machine_table, pump_data


def sensor_network(wandering, width=4):
    windows = keras.Input((WINDOW, 3), name="values")
    level = WindowLevel(wandering, name="level")(windows)
    code = keras.layers.Dense(width, name="code")(windows - level)
    return keras.Model(windows, keras.layers.Dense(3)(code) + level, name="small")


def table_network():
    rows = keras.Input((4,), name="values")
    code = keras.layers.Dense(5, activation="relu", name="code")(rows)
    return keras.Model(rows, keras.layers.Dense(4)(code), name="small")


@pytest.fixture(scope="module")
def sensors():
    data = pump_data(600)
    network = sensor_network([True, False, False])
    return data, network, finish_sensor_detector(network, data, ("error",), 0.05)


@pytest.fixture(scope="module")
def features():
    data = TableData(machine_table(300))
    network = table_network()
    return data, network, finish_table_detector(network, data, ("error", "neighbors"), 0.05)


def start(model):
    return Start(Path("runs/old"), model, None)


def test_a_detector_of_a_log_is_taken_apart(sensors, tmp_path):
    data, network, model = sensors
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    found = started_detector(start(loaded), "small", series=True)
    assert (found.columns.names, found.columns.window) == (data.names, WINDOW)
    assert found.columns.frequency == data.frequency
    assert found.columns.wandering.tolist() == [True, False, False]
    np.testing.assert_array_equal(found.columns.mean, data.mean)
    np.testing.assert_array_equal(found.columns.scale, data.scale)
    windows = data.windows(data.ends("test")[:9])
    new = sensor_network([True, False, False])
    found.give_weights(new)
    np.testing.assert_allclose(new(windows), network(windows), rtol=1e-5)


def test_a_detector_of_a_table_is_taken_apart(features):
    data, network, model = features
    found = started_detector(start(model), "small", series=False)
    assert (found.columns.names, found.columns.window) == (data.names, 0)
    assert not found.columns.wandering.any()
    rows = data.scaled(data.rows("test")[:9])
    new = table_network()
    found.give_weights(new)
    np.testing.assert_allclose(new(rows), network(rows), rtol=1e-5)


def test_a_network_of_another_make_is_refused(sensors):
    found = started_detector(start(sensors[2]), "small", series=True)
    with pytest.raises(RunError, match="code has units 4 there, 7 here"):
        found.give_weights(sensor_network([True, False, False], width=7))
    with pytest.raises(RunError, match="level has"):
        found.give_weights(sensor_network([False, False, False]))


def test_what_is_no_such_detector_is_refused(sensors, features):
    with pytest.raises(RunError, match="judges rows of a table, those of this project windows"):
        started_detector(start(features[2]), "small", series=True)
    with pytest.raises(RunError, match="judges windows of a log, those of this project rows"):
        started_detector(start(sensors[2]), "small", series=False)
    with pytest.raises(RunError, match="network called 'small'; this project's is called 'lstm'"):
        started_detector(start(sensors[2]), "lstm", series=True)
    other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    with pytest.raises(RunError, match="no finished anomaly detector"):
        started_detector(start(other), "small", series=False)
