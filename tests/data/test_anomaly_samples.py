"""The generated samples: what is wrong in them can be found, but not by looking at one value."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score

from dltemplates.data.machine_sample import machine_sample
from dltemplates.data.sensor_data import SensorData
from dltemplates.data.sensor_sample import sensor_sample
from dltemplates.data.table_data import TableData


def residuals(train, test, parts):
    pca = PCA(parts).fit(train)
    return np.square(test - pca.inverse_transform(pca.transform(test))).sum(axis=1)


def test_the_pump_is_clean_at_first():
    log = sensor_sample()
    assert log.series.values.shape == (8, 20_160)
    assert log.series.frequency == "min"
    assert "generated" in log.series.where
    assert not log.labels[:12_096].any()
    data = SensorData(log, window=60)
    assert data.labels("validation").sum() == 3
    starts = np.flatnonzero(np.diff(data.labels("test"), prepend=0) == 1)
    assert len(starts) == 8
    assert 0.05 < data.labels("test").mean() < 0.2


def test_sensors_follow_load_and_weather():
    log = sensor_sample()
    lines = dict(zip(log.series.names, log.series.values[:, :12_096], strict=True))
    for one, other, least in (
        ("speed", "flow", 0.95),
        ("flow", "pressure", 0.95),
        ("speed", "current", 0.9),
        ("ambient_temperature", "motor_temperature", 0.5),
    ):
        assert np.corrcoef(lines[one], lines[other])[0, 1] > least
    hours = np.arange(12_096) // 60 % 24
    assert lines["flow"][hours == 12].mean() > 1.3 * lines["flow"][hours == 2].mean()


def test_faults_show_between_sensors():
    data = SensorData(sensor_sample(), window=60)
    rows = {name: data.scaled[part.start : part.stop] for name, part in data.splits.items()}
    labels = data.labels("test")
    largest = roc_auc_score(labels, np.abs(rows["test"]).max(axis=1))
    together = roc_auc_score(labels, residuals(rows["train"], rows["test"], 3))
    assert largest < 0.8 < 0.9 < together


def test_swapped_flow_is_usual_by_itself():
    data = SensorData(sensor_sample(), window=60)
    flow = data.names.index("flow")
    swapped = slice(12 * 1440 + 540, 12 * 1440 + 630)
    assert data.log.labels[swapped].all()
    train = data.scaled[: data.splits["train"].stop]
    low, high = np.quantile(train[:, flow], [0.01, 0.99])
    assert ((data.scaled[swapped, flow] > low) & (data.scaled[swapped, flow] < high)).all()
    usual = np.quantile(residuals(train, train, 3), 0.99)
    assert (residuals(train, data.scaled[swapped], 3) > usual).mean() > 0.8


def test_anomalies_of_the_machine():
    table = machine_sample()
    assert table.values.shape == (6_000, 10)
    assert table.labels.mean() == 0.03
    assert "generated" in table.where
    data = TableData(table)
    train, test = data.scaled(data.rows("train")), data.scaled(data.rows("test"))
    labels = data.labels("test")
    assert labels.sum() == 180
    assert roc_auc_score(labels, np.abs(test).max(axis=1)) < 0.75
    assert 0.85 < roc_auc_score(labels, residuals(train, test, 4)) < 0.97, "not linear"


def test_they_are_always_the_same():
    log, table = sensor_sample(), machine_sample()
    assert log.series.values.tobytes() == sensor_sample().series.values.tobytes()
    assert table.values.tobytes() == machine_sample().values.tobytes()
    current = log.series.values[3, [0, 9_000, -1]]
    assert current.tolist() == np.float32([23.808, 34.644, 23.265]).tolist()
    power = table.values[[0, 3_000, -1], 5]
    assert power.tolist() == np.float32([42.874, 13.428, 13.304]).tolist()
