"""What the exports of an anomaly detector are proven on."""

import io
from functools import partial

import keras
import numpy as np
import tensorflow as tf

from dltemplates.export.anomaly_detector import THRESHOLD, detector_window
from dltemplates.export.detector_archive import code_network
from dltemplates.export.parity import Request
from dltemplates.export.portable_model import VALUES, PortableModel
from dltemplates.export.portable_requests import SIZES, portable_requests, repeated
from dltemplates.export.savedmodel import EXAMPLES, REGRESS

_CLEAR = 1e-4  # from the threshold; nearer, a score's last bits decide


def savedmodel_requests(model: keras.Model, samples: list[bytes]) -> list[Request]:
    """Real data in batches of one, three and 64, with values missing, out of all proportion."""
    values = _together(model, samples)
    batches = {f"{size} real": repeated({VALUES: values}, size)[VALUES] for size in SIZES}
    requests = []
    for case, batch in {**batches, **_edges(values)}.items():
        answer = model(batch, training=False)
        expected = {name: np.asarray(value) for name, value in answer.items()}
        for name in _undecided(model, expected):
            del expected[name]
        requests.append(Request("serving_default", {VALUES: batch}, expected, case=case))
    window = detector_window(model)
    codes = values[:, :window] if window else values
    code = np.asarray(code_network(model)(codes, training=False))
    unit = {"code": np.maximum(np.abs(code).max(), 1.0)}
    requests.append(Request("encode", {VALUES: codes}, {"code": code}, unit, "codes"))
    if not window:
        examples = np.array([_example(row) for row in values], object)
        score = {"outputs": np.asarray(model(values, training=False)["score"])}
        requests.append(Request(REGRESS, {EXAMPLES: examples}, score, case="serialized examples"))
    return requests


def detector_portable_requests(
    model: keras.Model, portable: PortableModel, samples: list[bytes]
) -> list[Request]:
    """The same of a portable model: of a log up to 64 windows, evenly spread over the samples."""
    values = _together(model, samples)
    if window := detector_window(model):
        values = _windows(values, window)
    edges = {case: {VALUES: batch} for case, batch in _edges(values).items()}
    return portable_requests(portable, {VALUES: values}, edges, unproven=partial(_undecided, model))


def _undecided(model: keras.Model, answer: dict[str, np.ndarray]) -> tuple[str, ...]:
    """The alarms, where a score is so near the threshold that its last bits decide."""
    limit = 1.0 - model.get_layer(THRESHOLD).false_alarm_rate
    return ("alarm",) if np.abs(answer["score"] - limit).min() <= _CLEAR else ()


def _together(model: keras.Model, samples: list[bytes]) -> np.ndarray:
    """`(samples, time, sensors)`, as long as the shortest, or `(rows, features)`."""
    values = [np.load(io.BytesIO(sample), allow_pickle=False) for sample in samples]
    if not detector_window(model):
        return np.concatenate(values)
    shortest = min(len(rows) for rows in values)
    return np.stack([rows[:shortest] for rows in values])


def _windows(values: np.ndarray, window: int) -> np.ndarray:
    """`(samples, time, sensors)` to `(windows, window, sensors)`."""
    found = np.lib.stride_tricks.sliding_window_view(values, window, axis=1)
    found = np.moveaxis(found, -1, 2).reshape(-1, window, values.shape[-1])
    chosen = np.linspace(0, len(found) - 1, min(len(found), SIZES[-1])).astype("int64")
    return found[chosen]


def _edges(values: np.ndarray) -> dict[str, np.ndarray]:
    gaps, silent, spikes = values.copy(), values.copy(), values.copy()
    gaps[..., ::5, :] = np.nan
    silent[..., 0] = np.nan
    spikes[..., 1::7, :] *= 100.0
    return {
        "values missing": gaps,
        "one column missing": silent,
        "values a hundred times as large": spikes,
        "zeros": np.zeros_like(values[:1]),
    }


def _example(row: np.ndarray) -> bytes:
    feature = tf.train.Feature(float_list=tf.train.FloatList(value=row))
    return tf.train.Example(
        features=tf.train.Features(feature={VALUES: feature})
    ).SerializeToString()
