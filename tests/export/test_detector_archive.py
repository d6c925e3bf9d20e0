"""The SavedModel of a detector answers as the model does, and says what it is."""

from io import BytesIO

import numpy as np
import pytest
import tensorflow as tf

from dltemplates.data.table_data import TableData
from dltemplates.errors import ExportError
from dltemplates.export.anomaly_detector import THRESHOLD
from dltemplates.export.detector_archive import (
    detector_archive,
    sample_logs,
    sample_rows,
)
from dltemplates.export.detector_requests import savedmodel_requests
from dltemplates.export.parity import check_parity
from dltemplates.export.savedmodel import export_savedmodel
from tests.export.small_detector import (
    RATE,
    WINDOW,
    machine_table,
    pump_data,
    sensor_detector,
    sensor_network,
    table_detector,
    table_network,
)


def exported(model, samples, folder):
    requests = savedmodel_requests(model, samples)
    _, parity = export_savedmodel(
        detector_archive(model), folder, lambda version: check_parity(version, requests)
    )
    return tf.saved_model.load(str(folder / "1")), parity


@pytest.fixture(scope="module")
def data():
    return pump_data(missing=True)


@pytest.fixture(scope="module")
def model(data):
    return sensor_detector(data, ("error", "shift", "neighbors"))


@pytest.fixture(scope="module")
def served(data, model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export") / "pump"
    loaded, parity = exported(model, sample_logs(data), folder)
    assert parity.largest_difference <= 1e-5
    assert [case.case for case in parity.cases] == [
        "1 real",
        "3 real",
        "64 real",
        "values missing",
        "one column missing",
        "values a hundred times as large",
        "zeros",
        "codes",
    ]
    return loaded


def test_a_series_of_any_length_is_answered_as_the_model_does(served, data, model):
    for batch, rows in ((1, WINDOW), (2, 57)):
        values = np.stack([data.values(range(start, start + rows)) for start in range(batch)])
        answer = served.signatures["serving_default"](values=tf.constant(values))
        for name, expected in model(values, training=False).items():
            np.testing.assert_allclose(answer[name], expected, atol=1e-5)
        assert answer["alarm"].dtype == tf.bool


def test_a_series_that_is_too_short_is_refused_in_words(served):
    with pytest.raises(tf.errors.InvalidArgumentError, match="A window has 6 rows; the series is"):
        served.signatures["serving_default"](values=tf.zeros((1, WINDOW - 1, 3)))


@pytest.mark.parametrize("shape", [(1, WINDOW, 2), (1, WINDOW, 4), (WINDOW, 3)])
def test_a_request_of_another_shape_is_refused(served, shape):
    with pytest.raises((tf.errors.InvalidArgumentError, ValueError, TypeError)):
        served.signatures["serving_default"](values=tf.zeros(shape))


def test_codes_are_those_of_the_network(served, data):
    windows = np.stack([data.values(range(start, start + WINDOW)) for start in (70, 900)])
    (code,) = served.signatures["encode"](values=tf.constant(windows)).values()
    scaled = data.windows(np.array([70, 900]) + WINDOW - 1)
    expected = sensor_network(data).predict(scaled, verbose=0).reshape(2, -1)
    np.testing.assert_allclose(code, expected, atol=1e-4)


def test_metadata(served, data):
    found = served.signatures["metadata"]()
    assert found["names"].numpy().tolist() == [b"a", b"b", b"c"]
    assert (int(found["window"]), bytes(found["frequency"].numpy())) == (WINDOW, b"10min")
    assert float(found["false_alarm_rate"]) == pytest.approx(RATE)
    assert found["kind"] == b"anomaly detector"
    np.testing.assert_allclose(found["mean"], data.mean, rtol=1e-6)
    np.testing.assert_allclose(found["scale"], data.scale, rtol=1e-6)


def test_a_changed_threshold_is_exported(tmp_path):
    data = pump_data(rows=600)
    model = sensor_detector(data, ("error",))
    model.get_layer(THRESHOLD).false_alarm_rate = 0.3
    loaded, _ = exported(model, sample_logs(data, 1), tmp_path / "pump")
    assert float(loaded.signatures["metadata"]()["false_alarm_rate"]) == pytest.approx(0.3)
    rows = data.splits["validation"]
    values = data.values(range(rows.start - WINDOW + 1, rows.stop))[None]
    alarms = loaded.signatures["serving_default"](values=tf.constant(values))["alarm"]
    assert alarms.numpy().mean() == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize("parts", [("error",), ("neighbors",)])
def test_a_table(parts, tmp_path):
    data = TableData(machine_table(missing=True))
    model = table_detector(data, parts)
    loaded, parity = exported(model, sample_rows(data), tmp_path / "machine")
    assert parity.largest_difference <= 1e-5
    rows = data.table.values[:9]
    (code,) = loaded.signatures["encode"](values=tf.constant(rows)).values()
    expected = table_network(data).get_layer("code")(data.scaled(np.arange(9)))
    np.testing.assert_allclose(code, expected, atol=1e-4)
    found = loaded.signatures["metadata"]()
    assert (int(found["window"]), bytes(found["frequency"].numpy())) == (0, b"")


def test_another_answer_is_noticed(tmp_path):
    data = TableData(machine_table())
    model = table_detector(data)
    requests = savedmodel_requests(model, sample_rows(data))
    network = next(layer for layer in model.layers if hasattr(layer, "layers"))
    code = network.get_layer("code")
    code.set_weights([1.1 * weight for weight in code.get_weights()])
    with pytest.raises(ExportError, match="does not answer as the model does"):
        export_savedmodel(
            detector_archive(model),
            tmp_path / "machine",
            lambda version: check_parity(version, requests),
        )


def test_samples_come_from_rows_that_training_did_not_see(data):
    train = {row.tobytes() for row in data.values(data.splits["train"])}
    samples = sample_logs(data)
    assert len(samples) == 4
    table = TableData(machine_table())
    learned = {row.tobytes() for row in table.table.values[table.rows("train")]}
    for sample in samples:
        rows = np.load(BytesIO(sample))
        assert rows.shape == (WINDOW + 32, 3)
        assert not train & {row.tobytes() for row in rows}
    (rows,) = (np.load(BytesIO(sample)) for sample in sample_rows(table))
    assert not learned & {row.tobytes() for row in rows}
