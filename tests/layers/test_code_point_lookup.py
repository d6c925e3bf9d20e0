import keras
import numpy as np
import pytest

from dltemplates.layers import CodePointLookup
from tests.layers.harness import check_layer

TEXT = np.array([[ord(letter) for letter in "가나 z😀"], [0x10FFFF, 1, ord("힣"), 0, 0]], "int32")


def test_harness(tmp_path):
    def make(dtype):
        return CodePointLookup("나가😀 힣", dtype=dtype)

    check_layer(make, TEXT, (2, 5), tmp_path, trainable=0, dtype="int32")


@pytest.mark.parametrize("vocabulary", ["나가😀 힣", [0xB098, 0xAC00, 0x1F600, 0x20, 0xD7A3]])
def test_numbers_follow_the_vocabulary(vocabulary):
    layer = CodePointLookup(vocabulary)
    np.testing.assert_array_equal(layer(TEXT), [[3, 2, 5, 1, 4], [1, 1, 6, 0, 0]])
    assert layer.vocabulary_size == 7
    assert layer.get_config()["vocabulary"] == "나가😀 힣"


def test_equals_a_dictionary(rng):
    codes = rng.permutation(np.arange(1, 60_000))[:4000]
    numbers = {int(code): place + 2 for place, code in enumerate(codes)}
    tokens = rng.integers(1, 60_000, (50, 40)).astype("int32")
    expected = [[numbers.get(int(code), 1) for code in row] for row in tokens]
    np.testing.assert_array_equal(CodePointLookup(codes)(tokens), expected)


def test_surrogates_survive_saving(tmp_path):
    inputs = keras.Input((None,), dtype="int32")
    model = keras.Model(inputs, CodePointLookup([0xD800, 65, 0xFFFF])(inputs))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    tokens = np.array([[0xD800, 65, 0xFFFF, 66]], "int32")
    np.testing.assert_array_equal(loaded(tokens), [[2, 3, 4, 1]])


def test_refusals():
    with pytest.raises(ValueError, match="at least one character"):
        CodePointLookup("")
    with pytest.raises(ValueError, match="distinct characters, received '나' twice"):
        CodePointLookup("가나나")
    with pytest.raises(ValueError, match="from 1 to 1114111, received 0 to 65"):
        CodePointLookup([0, 65])
