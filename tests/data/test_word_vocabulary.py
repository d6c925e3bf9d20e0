import unicodedata

import pytest
import tensorflow as tf

from dltemplates.data.word_vocabulary import common_words
from dltemplates.errors import DataError
from dltemplates.layers import WordTokens


def test_the_commonest_words_come_first():
    texts = ["좋다 정말 좋다", "정말\u3000좋다", "bad b", "bad a a b", "once"]
    assert common_words(texts) == ["좋다", "a", "b", "bad", "정말"]
    assert common_words(texts, size=2) == ["좋다", "a"]
    assert common_words(texts, at_least=3) == ["좋다"]
    assert common_words(texts * 2_000, at_least=5_000) == ["좋다"]  # over several pieces


def test_words_are_counted_as_the_model_reads_them():
    texts = [unicodedata.normalize("NFD", "한글"), "한글\n", b"\xff x \xff", ""]
    words = common_words(texts)
    assert words == ["한글", "\ufffd"]
    assert WordTokens(words, 4)(tf.constant(["한글 x"])).numpy().tolist() == [[2, 1]]


def test_no_common_word():
    with pytest.raises(DataError, match="No word occurs 2 times in these 1 texts"):
        common_words(["every word here is alone"])
