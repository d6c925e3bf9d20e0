"""ONNX and LiteRT files answer as Keras does, or are refused."""

import keras
import numpy as np
import pytest
from keras import ops

from dltemplates.errors import ExportError
from dltemplates.export.conversion import FILES, check_installed, convert, read_about
from dltemplates.export.parity import check_parity
from dltemplates.export.portable_model import PortableModel
from dltemplates.export.portable_requests import portable_requests
from dltemplates.layers import (
    CodePointLookup,
    ForwardFill,
    NeighborDistance,
    NGramLinear,
    ScoreCalibration,
)

ABOUT = {"kind": "test", "class_names": ["고양이", "dog"]}
LENGTH = 24


@pytest.fixture(scope="module")
def of_tokens():
    """What reads texts: characters looked up, n-grams hashed and looked up, sorted and weighed."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    items = rng.integers(0xAC00, 0xAC00 + 40, (9, LENGTH)).astype("int32")
    items[2, 5:] = 0
    linear = NGramLinear(2, size=200)
    known = np.unique(ops.convert_to_numpy(linear.hashes(items)))[1:201]
    linear.set_linear(known, rng.random(200), rng.normal(size=(200, 2)), [0.1, -0.2])
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    x = CodePointLookup([0xAC00 + place for place in range(30)])(tokens)
    x = keras.layers.Embedding(32, 4)(x)
    x = ops.sum(ops.where(tokens[..., None] == 0, 0.0, x), axis=1)
    logits = keras.layers.Dense(2)(x) + linear(tokens)
    model = keras.Model(tokens, {"probabilities": ops.softmax(logits)})
    return PortableModel(model, {"tokens": (LENGTH,)}, ABOUT, ""), {"tokens": items}


@pytest.fixture(scope="module")
def of_numbers():
    """What reads measurements: gaps filled, exact GELU, neighbours, a calibrated score."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    items = rng.normal(size=(9, 12, 3)).astype("float32")
    items[1, ::5] = np.nan
    items[2, :, 1] = np.nan
    values = keras.Input((12, 3), name="values")
    filled = ForwardFill()(values)
    x = keras.layers.Dense(8, activation="gelu")(keras.layers.Flatten()(filled))
    neighbors = NeighborDistance()
    neighbors.adapt(keras.Model(values, x).predict(items, verbose=0))
    raw = neighbors(x) + ops.mean(ops.cast(ops.isfinite(values), "float32"), axis=(1, 2))
    score = ScoreCalibration(
        np.linspace(-8, 0, 5), np.linspace(0.9, 0.05, 5), (0.0, 0.7, 0.2, 0.05), 100, 90.0
    )(raw)
    model = keras.Model(values, {"score": score, "alarm": score > 0.9})
    return PortableModel(model, {}, ABOUT, ""), {"values": items}


@pytest.mark.parametrize(
    ("network", "kind", "precision", "tolerance"),
    [
        ("of_tokens", "onnx", "float32", 1e-4),
        ("of_tokens", "litert", "float32", 1e-4),
        ("of_numbers", "onnx", "float32", 1e-4),
        ("of_numbers", "litert", "float32", 1e-4),
        ("of_numbers", "litert", "dynamic-int8", 0.1),
    ],
)
def test_a_file_answers_as_keras_does(network, kind, precision, tolerance, tmp_path, request):
    portable, items = request.getfixturevalue(network)
    file = tmp_path / FILES[kind]
    convert(portable, kind, file, precision)
    requests = portable_requests(portable, items, {})
    assert check_parity(file, requests, tolerance, kind).items == 1 + 3 + 64
    assert read_about(file) == ABOUT


def test_what_a_format_cannot_hold_is_refused_with_what_works(tmp_path):
    text = keras.Input((), dtype="string", name="text")
    model = keras.Model(text, {"length": _Length()(text)})
    with pytest.raises(ExportError, match=r"cannot be converted to ONNX .*\n.*SavedModel"):
        convert(PortableModel(model, {}, {}, ""), "onnx", tmp_path / "model.onnx")


def test_what_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ExportError, match=r"tf2onnx.*\n.*dltemplates\[onnx\]"):
        check_installed("onnx")


class _Length(keras.layers.Layer):
    def call(self, inputs):
        import tensorflow as tf

        return tf.strings.length(tf.strings.upper(inputs))

    def compute_output_spec(self, inputs):
        return keras.KerasTensor(inputs.shape, "int32")
