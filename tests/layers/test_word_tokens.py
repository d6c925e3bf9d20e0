import numpy as np
import pytest
import tensorflow as tf

from dltemplates.layers import WordTokens
from tests.layers.text_harness import check_text_layer

WORDS = ["영화", "not", "bad", "글", "😀"]


def test_harness(tmp_path):
    check_text_layer(lambda **kwargs: WordTokens(WORDS, 64, **kwargs), tmp_path)


def test_a_token_is_the_place_in_the_vocabulary():
    layer = WordTokens(WORDS, 10)
    tokens = layer(tf.constant(["not bad 영화", "Not, 😀", "글"]))
    np.testing.assert_array_equal(tokens, [[3, 4, 2], [1, 6, 0], [5, 0, 0]])
    assert layer.vocabulary_size == 7


def test_words_stand_between_white_space_of_any_kind():
    text = "not\u3000bad\xa0\xa0글\n\t영화\u2028not\x1fbad"
    tokens = WordTokens(WORDS, 10)(tf.constant([text, f"\u3000 {text} "]))
    np.testing.assert_array_equal(tokens, [[3, 4, 5, 2, 3, 4]] * 2)
    assert len(text.split()) == 6


def test_a_long_text_keeps_its_beginning():
    np.testing.assert_array_equal(WordTokens(WORDS, 2)(tf.constant(["글 글 not"])), [[5, 5]])


def test_an_empty_text_is_one_unknown_word():
    np.testing.assert_array_equal(WordTokens(WORDS, 3)(tf.constant(["", " "])), [[1], [1]])
    np.testing.assert_array_equal(WordTokens(WORDS, 3)(tf.constant(["", "글 x"])), [[1, 0], [5, 1]])


@pytest.mark.parametrize(
    ("vocabulary", "message"),
    [
        ([], "at least one word"),
        (["a", "b", "a"], "distinct words"),
        (["a", "b c"], "without white space, received 'b c'"),
        (["a", ""], "without white space, received ''"),
    ],
)
def test_refuses_what_is_no_vocabulary(vocabulary, message):
    with pytest.raises(ValueError, match=message):
        WordTokens(vocabulary, 8)
