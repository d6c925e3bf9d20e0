import numpy as np
import pytest
import tensorflow as tf

from dltemplates.layers import ByteTokens
from tests.layers.text_harness import check_text_layer


def test_harness(tmp_path):
    check_text_layer(lambda **kwargs: ByteTokens(64, **kwargs), tmp_path)


def test_a_token_is_the_byte_and_one():
    texts = [bytes(range(256)), "한국어".encode(), b"\x00\x00"]
    tokens = ByteTokens(1_000)(tf.constant(texts)).numpy()
    assert tokens.dtype == "int32" and tokens.shape == (3, 256)
    for text, row in zip(texts, tokens, strict=True):
        assert row.tolist() == [*(byte + 1 for byte in text), *[0] * (256 - len(text))]
    assert tokens.max() < ByteTokens.vocabulary_size


def test_a_long_text_keeps_its_beginning():
    tokens = ByteTokens(2)(tf.constant(["가나", "a"]))
    np.testing.assert_array_equal(tokens, [[0xEA + 1, 0xB0 + 1], [98, 0]])


def test_an_empty_text_is_one_space():
    np.testing.assert_array_equal(ByteTokens(3)(tf.constant([""])), [[33]])


def test_refuses_a_length_of_zero():
    with pytest.raises(ValueError, match="`max_length` of at least 1, received 0"):
        ByteTokens(0)
