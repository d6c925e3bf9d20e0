"""Subwords, where SentencePiece is installed; and what is said where it is not."""

import base64
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from dltemplates.data.subwords import SubwordEncoder, train_subwords
from dltemplates.errors import DataError
from dltemplates.export.text_classifier import text_classifier_archive
from dltemplates.export.text_requests import savedmodel_requests
from dltemplates.layers import ClassLabels, SubwordVocabulary
from dltemplates.project.text_predictor import ExportedPredictor, KerasPredictor
from tests.export.small_text_model import NAMES, small_network, small_texts

WORDS = "영화가 영화는 재미있다 재미없다 배우의 연기가 좋다 싫다 정말 not bad good movie".split()


@pytest.fixture(scope="module")
def texts() -> list[str]:
    rng = np.random.default_rng(0)
    return [" ".join(rng.choice(WORDS, rng.integers(1, 8))) for _ in range(400)]


@pytest.fixture(scope="module")
def trained(texts) -> bytes:
    pytest.importorskip("sentencepiece", reason="SentencePiece is an extra: dltemplates[subword]")
    return train_subwords(texts, size=100)


def test_without_sentencepiece(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentencepiece", None)
    for act in (lambda: train_subwords(["a b"]), lambda: SubwordEncoder(b"", 8)):
        with pytest.raises(DataError, match=r"pip install \"dltemplates\[subword\]\""):
            act()


def test_tokens_of_subwords(trained, texts):
    encoder = SubwordEncoder(trained, max_length=12)
    tokens = encoder(texts)
    assert tokens.dtype == "int32" and tokens.shape[0] == len(texts) and tokens.shape[1] <= 12
    assert tokens.max() < encoder.vocabulary_size <= 100
    assert (tokens[:, 0] > 1).all()
    padding = tokens == 0
    assert (padding[:, :-1] <= padding[:, 1:]).all()  # only at the end
    np.testing.assert_array_equal(encoder(tf.constant(texts)), tokens)
    np.testing.assert_array_equal(encoder([text.encode() for text in texts]), tokens)


def test_the_same_texts_give_the_same_model(trained, texts, monkeypatch):
    assert train_subwords(texts, size=100) == trained
    monkeypatch.setattr("dltemplates.data.subwords._ENOUGH", 150)
    drawn = train_subwords(texts, size=100)
    assert drawn == train_subwords(texts, size=100) != trained


def test_texts_that_are_not_clean(trained, texts):
    encoder = SubwordEncoder(trained, 50)
    odd = [
        "",
        " \n",
        b"\xff\xfe",
        "a\0b",
        "\ud800",
        "中文",
        "영화가\n\n좋다",
        "영화가 좋다",
        "영화가 " * 2_000,
    ]
    tokens = encoder(odd)
    assert tokens.shape == (len(odd), 50)
    np.testing.assert_array_equal(tokens[:2, :2], [[1, 0], [1, 0]])
    np.testing.assert_array_equal(tokens[6], tokens[7])
    assert (tokens[:, 0] > 0).all()
    assert encoder([]).shape == (0, 1)
    assert train_subwords([*odd, *texts], size=200)


def test_what_cannot_be_learned_or_loaded(trained):
    with pytest.raises(DataError, match="all are empty"):
        train_subwords(["", "  "])
    with pytest.raises(DataError, match=r"cannot learn 4 subwords .*: Vocabulary size is smaller"):
        train_subwords(["가나다라 마바사아"] * 9, size=4)
    with pytest.raises(DataError, match="no SentencePiece model"):
        SubwordEncoder(b"junk", 8)


def test_a_model_with_other_ids_is_refused(texts):
    sentencepiece = pytest.importorskip(
        "sentencepiece", reason="SentencePiece is an extra: dltemplates[subword]"
    )
    import io

    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_writer=written, vocab_size=40, minloglevel=2
    )
    with pytest.raises(DataError, match="0 for padding and 1 for unknown"):
        SubwordEncoder(written.getvalue(), 8)


def test_a_finished_model_makes_its_tokens_itself(trained, tmp_path):
    symbol = keras.Input((None,), dtype="int32", name="tokens_in")
    vocabulary = SubwordVocabulary(base64.b64encode(trained).decode(), 20, name="tokens")
    logits = small_network(100)(vocabulary(symbol))
    probabilities = keras.layers.Activation("softmax", name="probabilities")(logits)
    model = keras.Model(symbol, ClassLabels(NAMES)(probabilities))
    model.save(tmp_path / "model.keras")
    model = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)

    text_classifier_archive(model).write_out(str(tmp_path / "export"), verbose=False)
    loaded = tf.saved_model.load(str(tmp_path / "export"))
    for request in savedmodel_requests(model, small_texts()):
        tokens = tf.constant(request.inputs["tokens"])
        answer = loaded.signatures["serving_default"](tokens=tokens)
        np.testing.assert_allclose(
            answer["probabilities"], request.expected["probabilities"], atol=1e-5
        )
    metadata = loaded.signatures["metadata"]()
    assert metadata["tokenisation"].numpy() == b"subword"
    assert metadata["subword_model"].numpy() == trained
    texts = ["영화가 좋다", "not bad", ""]
    ours, theirs = KerasPredictor(model), ExportedPredictor(tmp_path / "export")
    np.testing.assert_allclose(ours.probabilities(texts), theirs.probabilities(texts), atol=1e-5)
