import hashlib
import re

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from dltemplates.data.review_sample import review_sample
from dltemplates.data.text_data import load_texts


def test_reviews_are_the_same_at_every_call_and_everywhere():
    found = review_sample()
    assert found.class_names == ["negative", "positive"]
    texts = found.splits["train"]
    assert texts.where == "generated reviews"
    assert len(set(texts.texts)) == len(texts) == 6_000
    assert texts.class_counts(2).tolist() == [3_000, 3_000]
    korean = [bool(re.search("[가-힣]", text)) for text in texts.texts]
    assert sum(korean) == 3_000
    assert np.bincount(texts.labels[korean]).tolist() == [1_500, 1_500]
    again = review_sample().splits["train"].fingerprint(found.class_names)
    assert again == texts.fingerprint(found.class_names)
    digest = hashlib.sha256("\n".join(texts.texts).encode()).hexdigest()
    assert digest[:16] == "ed3e4ae68f6debff"


def test_particles_fit_their_nouns():
    texts = " ".join(review_sample().splits["train"].texts)
    for right, wrong in (("연기가 ", "연기이 "), ("음악은 ", "음악는 "), ("결말이 ", "결말가 ")):
        assert texts.count(right) > 50
        assert wrong not in texts


def test_a_linear_model_of_short_n_grams_is_good_but_not_perfect():
    data = load_texts("sample")
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True, min_df=2)
    model = LogisticRegression(C=4, max_iter=300)
    model.fit(vectorizer.fit_transform(data.train.texts), data.train.labels)
    held_out = data.validation.texts + data.test.texts
    labels = np.concatenate([data.validation.labels, data.test.labels])
    assert 0.89 < model.score(vectorizer.transform(held_out), labels) < 0.96
