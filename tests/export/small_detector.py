"""Small finished detectors for tests: their networks are closed forms, so nothing is trained."""

from dataclasses import replace

import keras
import numpy as np
from keras import layers

from dltemplates.data.feature_table import FeatureTable
from dltemplates.data.sensor_data import SensorData
from dltemplates.data.sensor_log import SensorLog
from dltemplates.data.table_data import TableData
from dltemplates.export.anomaly_detector import finish_sensor_detector, finish_table_detector
from tests.data.small_log import small_log

WINDOW, RATE = 6, 0.02
BROKEN = range(2_500, 2_530)  # rows in which sensor b is off


def pump_log(rows: int = 3_000, *, missing: bool = False) -> SensorLog:
    """Three sensors that follow one wave, with noise; `b` breaks in the test rows."""
    rng = np.random.default_rng(7)
    labels = np.zeros(rows, "int8")
    labels[BROKEN.start : BROKEN.stop] = 1
    wave = np.sin(np.arange(rows) / 9.0)
    values = np.outer([1.0, -2.0, 30.0], wave) + np.array([[5.0], [100.0], [-7.0]])
    values += rng.normal(size=values.shape) * np.array([[0.2], [0.4], [6.0]])
    values[1, BROKEN.start : BROKEN.stop] += 4.0
    if missing:
        values[rng.random(values.shape) < 0.1] = np.nan
    log = small_log(rows)
    series = replace(log.series, values=values.astype("float32"))
    return SensorLog(series, labels[:rows])


def pump_data(rows: int = 3_000, **kinds) -> SensorData:
    return SensorData(pump_log(rows, **kinds), window=WINDOW)


def wiener(flat: np.ndarray) -> list[np.ndarray]:
    """The linear map that best takes noise of variance 1 off rows, and its bias."""
    mean, covariance = flat.mean(axis=0), np.cov(flat.T)
    kernel = np.linalg.solve(covariance + np.eye(len(mean)), covariance)
    return [kernel, mean - mean @ kernel]


def sensor_network(data: SensorData) -> keras.Model:
    shape = (data.window, len(data.names))
    windows = keras.Input(shape, name="values")
    linear = layers.Dense(shape[0] * shape[1], name="linear")
    repaired = linear(layers.Flatten()(windows))
    linear.set_weights(wiener(data.windows(data.ends("train")).reshape(-1, shape[0] * shape[1])))
    code = layers.Identity(name="code")(repaired)
    return keras.Model(windows, layers.Reshape(shape)(code))


def sensor_detector(data: SensorData, parts=("error", "shift"), rate: float = RATE) -> keras.Model:
    return finish_sensor_detector(sensor_network(data), data, parts, rate)


def machine_table(rows: int = 2_000, *, missing: bool = False) -> FeatureTable:
    """Four features on a plane, with noise; every 50th row is off it, and labelled."""
    rng = np.random.default_rng(3)
    plane = rng.normal(size=(rows, 2)) @ np.array([[1.0, 1.0, 0.0, 2.0], [0.0, 1.0, 3.0, -1.0]])
    values = 50.0 + 10.0 * plane + rng.normal(size=plane.shape)
    labels = (np.arange(rows) % 50 == 49).astype("int8")
    values[labels == 1, 2] += 25.0
    if missing:
        values[rng.random(values.shape) < 0.1] = np.nan
    return FeatureTable(list("wxyz"), values.astype("float32"), labels, where="machine")


def table_network(data: TableData) -> keras.Model:
    """Principal components: the code has all of them, the decoder uses the first two."""
    scaled = data.scaled(data.rows("train"))
    _, _, directions = np.linalg.svd(scaled, full_matrices=False)
    features = len(data.names)
    rows = keras.Input((features,), name="values")
    encode, decode = layers.Dense(features, name="code"), layers.Dense(features)
    outputs = decode(encode(rows))
    encode.set_weights([directions.T, np.zeros(features)])
    used = (np.arange(features) < 2)[:, None]
    decode.set_weights([directions * used, np.zeros(features)])
    return keras.Model(rows, outputs)


def table_detector(data: TableData, parts=("error",), rate: float = RATE) -> keras.Model:
    return finish_table_detector(table_network(data), data, parts, rate)
