import unicodedata

import numpy as np

from dltemplates.layers import HangulDecomposition
from tests.layers.harness import check_layer


def codes(text):
    return np.array([[ord(letter) for letter in text]], "int32")


def test_harness(tmp_path):
    tokens = np.concatenate([codes("가힣a"), codes("값ㅋ😀")])
    check_layer(HangulDecomposition, tokens, (2, 3, 3), tmp_path, trainable=0, dtype="int32")


def test_every_syllable_as_unicode_decomposes_it():
    syllables = [chr(code) for code in range(0xAC00, 0xD7A4)]
    expected = []
    for syllable in syllables:
        jamo = [ord(letter) for letter in unicodedata.normalize("NFD", syllable)]
        tail = jamo[2] - 0x11A7 + 1 if len(jamo) == 3 else 1
        expected.append([jamo[0] - 0x1100 + 1, jamo[1] - 0x1161 + 1, tail])
    letters = np.asarray(HangulDecomposition()(codes("".join(syllables))))[0]
    np.testing.assert_array_equal(letters, expected)
    assert letters.min(axis=0).tolist() == [1, 1, 1]
    assert letters.max(axis=0).tolist() == [19, 21, 28]


def test_all_else_is_zeros():
    text = "\0 a1ㅋㅠ\u1100\uabff\ud7a4漢😀\U0010ffff"
    assert not np.asarray(HangulDecomposition()(codes(text))).any()


def test_other_ranks():
    assert HangulDecomposition()(np.zeros((2, 3, 4), "int32")).shape == (2, 3, 4, 3)
    assert np.asarray(HangulDecomposition()(np.array([ord("한")]))).tolist() == [[19, 1, 5]]
