import numpy as np
import pytest
import tensorflow as tf

from dltemplates.layers import CharacterTokens
from tests.layers.text_harness import check_text_layer


def test_harness(tmp_path):
    check_text_layer(lambda **kwargs: CharacterTokens(64, **kwargs), tmp_path)


def test_a_token_is_a_code_point_and_padding_stands_at_the_end():
    texts = ["한국어 a", "😀", "e\u0301"]
    tokens = CharacterTokens(10)(tf.constant(texts)).numpy()
    assert tokens.dtype == "int32" and tokens.shape == (3, 5)
    for text, row in zip(texts, tokens, strict=True):
        assert row.tolist() == [*map(ord, text), *[0] * (5 - len(text))]


def test_a_long_text_keeps_its_beginning():
    tokens = CharacterTokens(3)(tf.constant(["abcdef", "a"]))
    np.testing.assert_array_equal(tokens, [[97, 98, 99], [97, 0, 0]])


def test_an_empty_text_is_one_space():
    np.testing.assert_array_equal(CharacterTokens(3)(tf.constant([""])), [[32]])
    np.testing.assert_array_equal(CharacterTokens(3)(tf.constant(["ab", ""])), [[97, 98], [32, 0]])


def test_no_character_is_padding():
    tokens = CharacterTokens(9)(tf.constant([b"a\x00b", b"\xff", b"\x00"]))
    np.testing.assert_array_equal(tokens, [[97, 0xFFFD, 98], [0xFFFD, 0, 0], [0xFFFD, 0, 0]])


def test_refuses_a_length_of_zero():
    with pytest.raises(ValueError, match="`max_length` of at least 1, received 0"):
        CharacterTokens(0)
