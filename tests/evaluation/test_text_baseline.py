import numpy as np
import pytest

from dltemplates.evaluation.one_vs_rest import fit_one_vs_rest
from dltemplates.evaluation.text_baseline import evenly, fit_text_baseline
from tests.evaluation.small_texts import reviews, topics


def test_tells_reviews_apart(rng):
    texts, labels = reviews(rng, 300)
    baseline = fit_text_baseline(texts, labels, 2)
    others, truth = reviews(rng, 200)
    probabilities = baseline.predict(others)
    assert probabilities.shape == (200, 2)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(200))
    assert (probabilities.argmax(axis=1) == truth).mean() > 0.97
    shuffled = fit_text_baseline(texts, rng.permutation(labels), 2)
    assert (shuffled.predict(others).argmax(axis=1) == truth).mean() < 0.75


def test_is_the_logistic_regression_of_scikit_learn(rng):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts, labels = reviews(rng, 300)
    ours = fit_text_baseline(texts, labels, 2).predict(texts)[:, 1]
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), min_df=2, sublinear_tf=True)
    features = vectorizer.fit_transform(texts)
    theirs = LogisticRegression(C=4.0, solver="liblinear").fit(features, labels)
    # The dual and the primal end within their tolerance of each other.
    assert ours == pytest.approx(theirs.predict_proba(features)[:, 1], abs=0.02)


def test_several_classes_a_text(rng):
    texts, labels = topics(rng, 300)
    others, truth = topics(rng, 100)
    baseline = fit_text_baseline(texts, labels, 3, multi_label=True)
    assert ((baseline.predict(others) >= 0.5) == (truth > 0)).mean() > 0.97


def test_three_classes(rng):
    texts, labels = topics(rng, 300)
    baseline = fit_text_baseline(texts, labels.sum(axis=1) % 3, 3)
    probabilities = baseline.predict(texts)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(300))
    assert (probabilities.argmax(axis=1) == labels.sum(axis=1) % 3).mean() > 0.6


def test_texts_with_nothing_in_common():
    baseline = fit_text_baseline(["가", "b"], np.array([0, 1]), 2)
    assert baseline.predict(["가", "b", "?"]).argmax(axis=1)[:2].tolist() == [0, 1]


def test_a_class_that_all_texts_have(rng):
    texts, labels = topics(rng, 100)
    labels[:, 1] = 1
    baseline = fit_text_baseline(texts, labels, 3, multi_label=True)
    assert baseline.predict(texts)[:, 1] == pytest.approx(np.full(100, 100.5 / 101), abs=1e-6)


def test_no_more_characters_than_allowed():
    texts = ["가나다라마"] * 100
    assert len(evenly(texts, 500)) == 100
    assert evenly(texts, 50).tolist() == list(range(0, 100, 10))
    assert len(evenly(texts, 1)) == 2


def test_naive_bayes_weights_come_back_out(rng):
    """The kernel is for the features as they are, whatever weights the fit gave them."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    features = csr_matrix(rng.random((60, 9)) * (rng.random((60, 9)) < 0.4))
    positive = rng.integers(0, 2, 60)
    kernel, bias = fit_one_vs_rest(
        features, np.eye(2)[positive], inverse_penalty=4.0, naive_bayes=True
    )
    present = (features > 0).T.astype("float64")
    p = present @ positive + 1.0
    q = present @ (1 - positive) + 1.0
    ratio = np.log(p / p.sum()) - np.log(q / q.sum())
    weighted = features.multiply(ratio).tocsr()
    model = LogisticRegression(solver="liblinear", dual=True, C=4.0, random_state=0, max_iter=200)
    expected = model.fit(weighted, positive).decision_function(weighted)
    logits = features @ kernel + bias
    assert logits[:, 1] - logits[:, 0] == pytest.approx(expected, abs=1e-5)
