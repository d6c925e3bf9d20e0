import itertools
import unicodedata

import keras
import numpy as np
import pytest
import tensorflow as tf

from dltemplates.layers import CharacterTokens, NormalizedText
from tests.layers.text_harness import TEXTS, check_text_layer

JAMO = "\u1100\u1112\u1113\u1161\u1175\u1176\u11a7\u11a8\u11c2\u11c3"  # and what lies just beside
OTHERS = "가각갸힣ㄱ \u302e\uffa1a\ua960\ud7b0"


def normalized(texts: list[str] | list[bytes]) -> list[str]:
    return [text.decode() for text in NormalizedText()(tf.constant(texts)).numpy()]


def test_harness(tmp_path):
    check_text_layer(NormalizedText, tmp_path)


def test_every_syllable_of_korean():
    syllables = [chr(code) for code in range(0xAC00, 0xD7A4)]
    apart = [unicodedata.normalize("NFD", syllable) for syllable in syllables]
    assert normalized(apart) == syllables
    assert normalized(["".join(apart)]) == ["".join(syllables)]


def test_hangul_is_composed_as_unicodedata_does(rng):
    texts = ["".join(each) for each in itertools.product(JAMO, repeat=4)]
    mixed = [*JAMO, *OTHERS]
    texts += ["".join(rng.choice(mixed, rng.integers(1, 12))) for _ in range(5_000)]
    assert normalized(texts) == [unicodedata.normalize("NFC", text).strip() for text in texts]


def test_characters_of_two_texts_never_meet():
    assert normalized(["\u1100", "\u1161", "가", "\u11a8"]) == ["\u1100", "\u1161", "가", "\u11a8"]
    assert normalized(["\u1161 \u1100"]) == ["\u1161 \u1100"]


def test_bytes_that_are_no_utf_8_are_replaced_as_python_does(rng):
    texts = [bytes(rng.integers(0, 256, rng.integers(1, 40)).astype("uint8")) for _ in range(2_000)]
    texts += [
        "한글".encode("cp949"),
        "한글".encode("utf-16"),
        b"\xed\xa0\x80",  # half of a surrogate pair
        "한글".encode()[:-1],
        b"\xf4\x90\x80\x80",  # beyond the last code point
    ]
    wanted = [t.decode("utf-8", "replace").replace("\0", "\ufffd").strip() for t in texts]
    assert normalized(texts) == wanted


def test_white_space_goes_at_both_ends_and_stays_within():
    spaces = "".join(filter(str.isspace, map(chr, range(0x110000))))
    assert normalized([f"{spaces}a{spaces}b{spaces}", spaces, "  "]) == [f"a{spaces}b", "", ""]


def test_all_else_is_kept():
    texts = ["ㅋㅋ ㅠㅠ ^^", "Straße É e\u0301", "👩‍👩‍👧 🇰🇷 \ufeff", "①½ﬁ", "a\tb\r\nc", "\u200b"]
    assert normalized(texts) == texts


def test_twice_is_once():
    once = NormalizedText()(tf.constant(TEXTS))
    np.testing.assert_array_equal(NormalizedText()(once), once)


def test_other_backends_are_told(monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    for make in (NormalizedText, lambda: CharacterTokens(8)):
        with pytest.raises(RuntimeError, match="only TensorFlow does; Keras runs on jax"):
            make()
