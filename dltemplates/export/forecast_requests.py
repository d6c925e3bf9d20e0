"""What the exports of a forecaster are proven on."""

import io
from functools import partial

import keras
import numpy as np
import tensorflow as tf

from dltemplates.export.forecaster import SCALING
from dltemplates.export.parity import Request
from dltemplates.export.portable_model import PortableModel
from dltemplates.export.portable_requests import SIZES, portable_requests, repeated


def savedmodel_requests(model: keras.Model, samples: list[bytes]) -> list[Request]:
    """Real windows in batches of one, three and 64, some with values missing, and extremes."""
    windows = _windows(samples)
    batches = {f"{size} windows": repeated(windows, size) for size in SIZES} | _edges(windows)
    requests = []
    for case, batch in batches.items():
        outputs = model({name: tf.constant(value) for name, value in batch.items()}, training=False)
        answer = {name: np.asarray(value) for name, value in outputs.items()}
        units = _units(model, answer)
        requests.append(Request("serving_default", batch, answer, units, case))
    return requests


def forecast_portable_requests(
    model: keras.Model, portable: PortableModel, samples: list[bytes]
) -> list[Request]:
    """The same of a portable model."""
    windows = _windows(samples)
    return portable_requests(portable, windows, _edges(windows), partial(_units, model))


def _windows(samples: list[bytes]) -> dict[str, np.ndarray]:
    windows = []
    for sample in samples:
        with np.load(io.BytesIO(sample)) as arrays:
            windows.append(dict(arrays))
    return {name: np.concatenate([each[name] for each in windows]) for name in windows[0]}


def _edges(windows: dict[str, np.ndarray]) -> dict[str, dict[str, np.ndarray]]:
    values = windows["values"]
    gaps, silent = values.copy(), values.copy()
    gaps[:, ::5] = np.nan
    silent[..., 0] = np.nan
    constant = np.broadcast_to(np.nan_to_num(values[:, :1]), values.shape)
    changed = {
        "values missing": gaps,
        "one series missing": silent,
        "zeros": np.zeros_like(values),
        "a constant": constant.copy(),
        "values a thousand times as large": values * 1_000.0,
    }
    edges = {case: {**windows, "values": each} for case, each in changed.items()}
    for kind in ("past", "known"):
        if kind in windows:
            missing = windows[kind].copy()
            missing[:, ::3] = np.nan
            edges[f"{kind} covariates missing"] = {**windows, kind: missing}
    return edges


def _units(model: keras.Model, answer: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Each series' own scale, more where forecasts lie far from its mean.

    A float32 has seven digits, so of values far from 0 a difference counts a fiftieth of them.
    """
    scaling = model.get_layer(SCALING)
    mean, scale = np.asarray(scaling.mean), np.asarray(scaling.scale)
    return {name: _unit(values, mean, scale) for name, values in answer.items()}


def _unit(values: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
    series = [1] * values.ndim
    series[2] = len(scale)
    mean, scale = mean.reshape(series), scale.reshape(series)
    steps = tuple(axis for axis in range(1, values.ndim) if axis != 2)
    farthest = np.abs(values - mean).max(axis=steps, keepdims=True)
    largest = np.abs(values).max(axis=steps, keepdims=True)
    return np.maximum(np.maximum(farthest, scale), 0.02 * largest)
