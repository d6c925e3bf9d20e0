from itertools import islice
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from dltemplates.evaluation.ngram_linear import fit_ngram_linear, ngram_features
from dltemplates.evaluation.one_vs_rest import fit_one_vs_rest
from dltemplates.layers import NGramLinear
from tests.data.small_series import shared_file
from tests.evaluation.small_texts import reviews, topics


def code_points(texts: list[str]) -> list[np.ndarray]:
    return [np.array([ord(character) for character in text], "int32") for text in texts]


def flat(tokens: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    return np.concatenate(tokens), np.concatenate([[0], np.cumsum([len(row) for row in tokens])])


def answers(layer: NGramLinear, tokens: list[np.ndarray]) -> np.ndarray:
    padded = tf.ragged.constant([row.tolist() for row in tokens], dtype="int32").to_tensor()
    return keras.ops.convert_to_numpy(layer(padded))


def test_the_layer_answers_as_the_regression(rng):
    """On texts of training and others, of many lengths, with n-grams that were never seen."""
    texts, labels = reviews(rng, 200)
    tokens = code_points(texts)
    layer = fit_ngram_linear(tokens, labels, 2)
    others = code_points([*reviews(rng, 50)[0], "전혀 다른 글 zzzz", "a", "재" * 300])
    kernel, bias = (keras.ops.convert_to_numpy(weight) for weight in (layer.kernel, layer.bias))
    for rows in (tokens, others):
        expected = ngram_features(layer, rows) @ kernel[1:] + bias
        assert answers(layer, rows) == pytest.approx(expected, abs=1e-4)
    fitted, fitted_bias = fit_one_vs_rest(
        ngram_features(layer, tokens), np.eye(2)[labels], inverse_penalty=4.0, naive_bayes=True
    )
    assert kernel[1:] == pytest.approx(fitted, abs=1e-4)
    assert bias == pytest.approx(fitted_bias, abs=1e-4)


def test_answers_in_float32_whatever_the_precision_of_training(rng):
    texts, labels = reviews(rng, 50)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        layer = fit_ngram_linear(code_points(texts), labels, 2)
    finally:
        keras.config.set_dtype_policy("float32")
    assert answers(layer, code_points(texts)).dtype == np.float32


def test_agrees_with_scikit_learn(rng):
    """The n-grams of two texts or more, each once a text, by inverse document frequency."""
    texts, labels = reviews(rng, 200)
    tokens = code_points(texts)
    layer = fit_ngram_linear(tokens, labels, 2, (1, 2))
    vectorizer = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 2), binary=True, min_df=2, lowercase=False
    )
    features = vectorizer.fit_transform(texts)
    assert layer.size == features.shape[1]
    found = ngram_features(layer, tokens)
    assert np.sort(found.data) == pytest.approx(np.sort(features.data), abs=1e-5)
    present = features.toarray() > 0
    odds = [1 + present[labels == label].sum(axis=0) for label in (0, 1)]
    ratio = np.log(odds[1] / odds[1].sum()) - np.log(odds[0] / odds[0].sum())
    model = LogisticRegression(solver="liblinear", dual=True, C=4.0, random_state=0, max_iter=200)
    decision = model.fit(features.multiply(ratio), labels).decision_function(
        features.multiply(ratio)
    )
    logits = answers(layer, tokens)
    assert logits[:, 1] - logits[:, 0] == pytest.approx(decision, abs=2e-2)
    assert logits[:, 1] == pytest.approx(-logits[:, 0], abs=1e-5)


def test_learns_reviews(rng):
    texts, labels = reviews(rng, 300)
    layer = fit_ngram_linear(code_points(texts), labels, 2)
    others, truth = reviews(rng, 200)
    assert (answers(layer, code_points(others)).argmax(axis=1) == truth).mean() > 0.97


def test_several_classes_a_text_and_ragged_tokens(rng):
    texts, labels = topics(rng, 300)
    tokens = tf.ragged.constant([row.tolist() for row in code_points(texts)], dtype="int32")
    layer = fit_ngram_linear(tokens, labels, 3, multi_label=True)
    again = fit_ngram_linear(flat(code_points(texts)), labels, 3, multi_label=True)
    for weight, other in zip(layer.get_weights(), again.get_weights(), strict=True):
        assert np.array_equal(weight, other)
    others, truth = topics(rng, 100)
    assert ((answers(layer, code_points(others)) > 0) == (truth > 0)).mean() > 0.97


def test_three_classes(rng):
    texts, labels = topics(rng, 400)
    classes = labels[:, 0] + labels[:, 0] * labels[:, 1]  # told apart by two words
    layer = fit_ngram_linear(code_points(texts), classes, 3)
    assert (answers(layer, code_points(texts)).argmax(axis=1) == classes).mean() > 0.97


def test_features_do_not_depend_on_how_texts_are_batched(rng, monkeypatch):
    tokens = [rng.integers(1, 9, rng.integers(0, 30)).astype("int32") for _ in range(40)]
    layer = fit_ngram_linear(tokens, rng.integers(0, 2, 40), 2)
    at_once = ngram_features(layer, tokens).toarray()
    monkeypatch.setattr("dltemplates.evaluation.ngram_linear._BATCH_TOKENS", 1)
    assert np.array_equal(ngram_features(layer, tokens).toarray(), at_once)


def test_texts_that_share_nothing(rng):
    layer = fit_ngram_linear([np.array([5]), np.array([6]), np.array([7])], np.array([0, 1, 1]), 2)
    assert answers(layer, [np.array([5]), np.array([8])]).argmax(axis=1).tolist() == [1, 1]


def test_uses_no_more_texts_than_allowed(rng, caplog):
    texts, labels = reviews(rng, 200)
    caplog.set_level("INFO", "dltemplates")
    layer = fit_ngram_linear(code_points(texts), labels, 2, limit=4000)
    assert "of 200 texts" in caplog.text
    assert (answers(layer, code_points(texts)).argmax(axis=1) == labels).mean() > 0.9


def test_real_reviews():
    """Eight thousand reviews of NSMC are enough for eight of ten answers to be right."""
    path = shared_file("ratings_train.txt", Path("../shared/data/nsmc"))
    with path.open(encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in islice(file, 1, 10_001)]
    tokens = code_points([text for _, text, _ in lines])
    labels = np.array([int(label) for _, _, label in lines])
    layer = fit_ngram_linear(tokens[:8000], labels[:8000], 2)
    assert (answers(layer, tokens[8000:]).argmax(axis=1) == labels[8000:]).mean() > 0.8
