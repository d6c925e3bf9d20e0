"""The checks that every layer that reads strings passes."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from dltemplates.training.model_file import read_model

TEXTS = [
    "이 영화 정말 재미있다 ㅋㅋ",
    "not bad at all 😀",
    "",
    "  \u3000",
    b"\xff\xfe broken",
    "a\x00b",
    "두\n줄",
    "긴 글 " * 2_500,
]


def check_text_layer(make: Callable[..., keras.layers.Layer], tmp_path: Path) -> None:
    """Checks serialisation, eager and symbolic use, batches of any size, saving and export.

    Args:
        make: Builds a fresh layer; takes `dtype`.
    """
    texts = tf.constant(TEXTS)
    layer = make(dtype="float32")
    expected = layer(texts).numpy()
    assert not layer.weights
    np.testing.assert_array_equal(make(dtype="mixed_bfloat16")(texts), expected)
    twin = type(layer).from_config(layer.get_config())
    assert twin.get_config() == layer.get_config()

    symbol = keras.Input((), dtype="string", name="text")
    output = layer(symbol)
    assert output.dtype == ("string" if expected.dtype == object else expected.dtype)
    assert output.shape == (None,) * expected.ndim
    model = keras.Model(symbol, output)
    np.testing.assert_array_equal(model(texts), expected)
    assert len(model(texts[:1])) == 1 and len(model(texts[:0])) == 0
    model.compile(jit_compile="auto")
    assert not model.jit_compile
    np.testing.assert_array_equal(model.predict(texts, verbose=0), expected)

    model.save(tmp_path / "model.keras")
    loaded = read_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(texts), expected)
    loaded.export(str(tmp_path / "export"), verbose=False)
    served = tf.saved_model.load(str(tmp_path / "export"))
    np.testing.assert_array_equal(served.serve(texts), expected)
    np.testing.assert_array_equal(served.serve(texts[:3]), layer(texts[:3]))
