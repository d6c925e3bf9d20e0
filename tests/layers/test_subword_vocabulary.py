import base64

import keras
import numpy as np
import pytest

from dltemplates.layers import SubwordVocabulary

MODEL = b"any bytes \x00\xff"
TEXT = base64.b64encode(MODEL).decode()


def test_it_changes_nothing_and_keeps_the_model(tmp_path):
    symbol = keras.Input((None,), dtype="int32", name="tokens")
    layer = SubwordVocabulary(TEXT, 64, name="tokens_in")
    model = keras.Model(symbol, layer(symbol))
    tokens = np.array([[5, 1, 0], [2, 70_000, 3]], "int32")
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    answer = np.asarray(loaded(tokens))
    assert answer.dtype == "int32"
    np.testing.assert_array_equal(answer, tokens)
    again = loaded.get_layer("tokens_in")
    assert again.sentencepiece_model == MODEL and again.max_length == 64
    assert again.get_config() == layer.get_config()


@pytest.mark.parametrize(
    ("model", "length", "message"),
    [("한", 8, "base64"), ("a", 8, "base64"), ("", 8, "nothing"), (TEXT, 0, "at least 1")],
)
def test_refuses_what_is_no_vocabulary(model, length, message):
    with pytest.raises(ValueError, match=message):
        SubwordVocabulary(model, length)
