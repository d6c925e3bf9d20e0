"""The SavedModel of an anomaly detector, and what it is proven on."""

import io

import keras
import numpy as np
import tensorflow as tf

from dltemplates.data.sensor_data import SensorData
from dltemplates.data.table_data import LARGEST, TableData
from dltemplates.export.anomaly_detector import (
    FARTHEST,
    SCALING,
    THRESHOLD,
    WINDOWS,
    detector_window,
    sensor_names,
)
from dltemplates.export.parity import Request
from dltemplates.layers import ForwardFill

_ROWS_MORE = 32  # of a sample, than a window


def sample_logs(data: SensorData, count: int = 4) -> list[bytes]:
    """Raw stretches of a log to prove an export on, evenly spread after the training rows."""
    length = data.window + _ROWS_MORE
    first = max(0, min(data.splits["train"].stop, data.log.series.length - length))
    starts = np.linspace(first, max(first, data.log.series.length - length), count)
    return [
        _to_bytes(data.values(range(start, min(start + length, data.log.series.length))))
        for start in np.unique(starts.astype("int64")).tolist()
    ]


def sample_rows(data: TableData, count: int = 64) -> list[bytes]:
    """Raw rows to prove an export on, evenly spread over what training did not see."""
    rows = np.concatenate([data.rows("validation"), data.rows("test")])
    chosen = np.unique(np.linspace(0, len(rows) - 1, count).astype("int64"))
    return [_to_bytes(data.table.values[rows[chosen]])]


def detector_archive(model: keras.Model) -> keras.export.ExportArchive:
    """Prepares a SavedModel of a finished detector.

    Returns:
        An archive with the signatures

        - `serving_default`: the input and outputs of the model, see `finish_sensor_detector`;
        - `encode`: windows `(batch, window, sensors)`, or rows, in the data's unit; `code`,
          float32, `(batch, numbers)`, for who wants features;
        - `metadata`: no input; `names`, string, of sensors or features in their order,
          `false_alarm_rate`, float32, `window`, int32 (0 for a table), and `frequency`, string.
    """
    names, window = sensor_names(model), detector_window(model)
    frequency = model.get_layer(SCALING).frequency
    rate = model.get_layer(THRESHOLD).false_alarm_rate
    encoder = _encoder(model)
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.track(encoder)

    def serve(values):
        if window:
            rows = tf.shape(values)[1]
            enough = tf.debugging.assert_greater_equal(
                rows, window, f"A window has {window} rows; the series is shorter."
            )
            with tf.control_dependencies([enough]):
                values = tf.identity(values)
        return model(tf.ensure_shape(values, model.input_shape), training=False)

    def encode(values):
        return {"code": encoder(tf.ensure_shape(values, encoder.input_shape), training=False)}

    def metadata():
        return {
            "names": tf.constant(names),
            "window": tf.constant(window),
            "frequency": tf.constant(frequency),
            "false_alarm_rate": tf.constant(rate),
        }

    archive.add_endpoint("serve", serve, [_spec(model)])
    archive.add_endpoint("encode", encode, [_spec(encoder)])
    archive.add_endpoint("metadata", metadata, [])
    return archive


def parity_requests(model: keras.Model, samples: list[bytes]) -> list[Request]:
    """Real data, singly and together, some with values missing and some out of all proportion."""
    values = [_from_bytes(sample) for sample in samples]
    if detector_window(model):
        shortest = min(len(rows) for rows in values)
        batches = [values[0][None], np.stack([rows[:shortest] for rows in values])]
    else:
        batches = [values[0][:1], values[0]]
    gaps, spikes = batches[-1].copy(), batches[-1].copy()
    gaps[..., ::5, :] = np.nan
    spikes[..., 1::7, :] *= 100.0
    encoder = _encoder(model)
    codes = batches[-1]
    if detector_window(model):
        codes = codes[:, : detector_window(model)]
    code = np.asarray(encoder(codes, training=False))
    unit = {"code": np.maximum(np.abs(code).max(), 1.0)}
    requests = [Request("encode", {"values": codes}, {"code": code}, unit)]
    for batch in (*batches, gaps, spikes):
        answer = model(batch, training=False)
        expected = {name: np.asarray(value) for name, value in answer.items()}
        # Whether a score just at the threshold alarms is decided by its last bit.
        del expected["alarm"]
        requests.append(Request("serving_default", {"values": batch}, expected))
    return requests


def _encoder(model: keras.Model) -> keras.Model:
    """From windows or rows in the data's own unit to the code."""
    names = sensor_names(model)
    window = detector_window(model)
    inputs = keras.Input((window, len(names)) if window else (len(names),), name="values")
    scaling = model.get_layer(SCALING)
    if window:
        filled = keras.ops.clip(ForwardFill()(scaling(inputs)), -FARTHEST, FARTHEST)
        network = _network(model.get_layer(WINDOWS).layer)
    else:
        scaled = keras.ops.squeeze(scaling(inputs[:, None]), axis=1)
        filled = keras.ops.where(keras.ops.isfinite(scaled), scaled, 0.0)
        filled = keras.ops.clip(filled, -LARGEST, LARGEST)
        network = _network(model)
    _, code = network(filled, training=False)
    return keras.Model(inputs, code)


def _network(model: keras.Model) -> keras.Model:
    return next(layer for layer in model.layers if isinstance(layer, keras.Model))


def _spec(model: keras.Model) -> tf.TensorSpec:
    return tf.TensorSpec(model.input_shape, tf.float32, name="values")


def _to_bytes(values: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, values.astype("float32"), allow_pickle=False)
    return file.getvalue()


def _from_bytes(sample: bytes) -> np.ndarray:
    return np.load(io.BytesIO(sample), allow_pickle=False)
