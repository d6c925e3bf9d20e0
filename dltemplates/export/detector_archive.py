"""What is exported of an anomaly detector."""

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
from dltemplates.export.portable_model import PortableModel
from dltemplates.export.savedmodel import REGRESS, example_spec
from dltemplates.layers import ForwardFill

KIND = "anomaly detector"
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
        - `regress`, of a detector of rows: `inputs`, string `(batch,)`, serialized
          `tf.train.Example`s with a feature `values` of as many numbers as there are features; it
          answers `outputs`, the scores, `(batch,)`;
        - `metadata`: no input; `kind`, string, `names`, string, of sensors or features in their
          order, with their `mean` and `scale` in training, float32, in their unit,
          `false_alarm_rate`, float32, `window`, int32 (0 for a table), and `frequency`, string.
    """
    names, window = sensor_names(model), detector_window(model)
    scaling = model.get_layer(SCALING)
    rate = model.get_layer(THRESHOLD).false_alarm_rate
    encoder = code_network(model)
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
            "kind": tf.constant(KIND),
            "names": tf.constant(names),
            "mean": tf.constant(scaling.mean),
            "scale": tf.constant(scaling.scale),
            "window": tf.constant(window),
            "frequency": tf.constant(scaling.frequency),
            "false_alarm_rate": tf.constant(rate),
        }

    def regress(inputs):
        features = {"values": tf.io.FixedLenFeature((len(names),), tf.float32)}
        values = tf.io.parse_example(inputs, features)["values"]
        return {"outputs": model(values, training=False)["score"]}

    archive.add_endpoint("serve", serve, [_spec(model)])
    if not window:
        archive.add_endpoint(REGRESS, regress, [example_spec()])
    archive.add_endpoint("encode", encode, [_spec(encoder)])
    archive.add_endpoint("metadata", metadata, [])
    return archive


def portable_detector(model: keras.Model) -> PortableModel:
    """The whole of a detector of rows; of a log's the answer to one window at a time."""
    names, window = sensor_names(model), detector_window(model)
    about = {
        "kind": KIND,
        "names": names,
        "window": window,
        "frequency": model.get_layer(SCALING).frequency,
        "false_alarm_rate": model.get_layer(THRESHOLD).false_alarm_rate,
    }
    if not window:
        return PortableModel(model, {}, about, "Nothing is left outside.")
    inputs = keras.Input((window, len(names)), name="values")
    windows = model.get_layer(WINDOWS)
    judged = windows.layer(model.get_layer(SCALING)(inputs), training=False)
    judge = keras.Model(windows.output, model.output)
    answer = {
        name: keras.ops.squeeze(output, axis=1) for name, output in judge(judged[:, None]).items()
    }
    outside = f"A log is cut into windows of {window} rows outside; the answer is for the last row."
    return PortableModel(keras.Model(inputs, answer), {}, about, outside)


def code_network(model: keras.Model) -> keras.Model:
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
