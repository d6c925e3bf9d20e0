"""The linear model that a network for texts has to beat: weighted runs of characters."""

import logging
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from dltemplates.evaluation.one_vs_rest import class_probabilities, fit_one_vs_rest, multi_hot

log = logging.getLogger(__name__)

_ORDERS = (1, 4)
_INVERSE_PENALTY = 4.0
_CHARACTERS = 20_000_000


@dataclass(frozen=True)
class TextBaseline:
    """TF-IDF of runs of one to four characters, and logistic regression.

    Attributes:
        features: Texts to weighted counts.
        kernel: float32, `(features, classes)`.
        bias: float32, `(classes,)`.
        multi_label: Whether a text can have several classes.
    """

    features: TfidfVectorizer
    kernel: np.ndarray
    bias: np.ndarray
    multi_label: bool

    def predict(self, texts: list[str]) -> np.ndarray:
        """Probabilities, `(texts, classes)`."""
        logits = self.features.transform(texts) @ self.kernel + self.bias
        return class_probabilities(logits, multi_label=self.multi_label)


def fit_text_baseline(
    texts: list[str],
    labels: np.ndarray,
    classes: int,
    *,
    multi_label: bool = False,
    limit: int = _CHARACTERS,
) -> TextBaseline:
    """Fits the baseline to training texts. It owes nothing to the network or its tokens.

    Runs of characters need no word boundaries, which Korean puts after particles and endings. A
    run that is in one text alone is left out; counts enter by their logarithm.

    Args:
        texts: The training texts.
        labels: Class indices `(texts,)`, or multi-hot rows `(texts, classes)`.
        classes: Number of classes.
        multi_label: Whether a text can have several classes.
        limit: Most characters to read; of more, a part of the texts is used, evenly spaced.
    """
    chosen = evenly(texts, limit)
    if len(chosen) < len(texts):
        log.info("The linear baseline learns from %s of %s texts.", len(chosen), len(texts))
    texts = [texts[index] for index in chosen]
    vectorizer = _vectorizer(min_df=2)
    try:
        features = vectorizer.fit_transform(texts)
    except ValueError:  # no run of characters is in two texts
        vectorizer = _vectorizer(min_df=1)
        features = vectorizer.fit_transform(texts)
    kernel, bias = fit_one_vs_rest(
        features,
        multi_hot(labels, classes)[chosen],
        inverse_penalty=_INVERSE_PENALTY,
        multi_label=multi_label,
    )
    return TextBaseline(vectorizer, kernel, bias, multi_label)


def evenly(texts: list[str], limit: int) -> np.ndarray:
    """Indices of as many texts, evenly spaced, as have about `limit` characters; at least two."""
    characters = sum(map(len, texts))
    count = len(texts) if characters <= limit else max(2, len(texts) * limit // characters)
    return np.linspace(0, len(texts), count, endpoint=False).astype("int64")


def _vectorizer(min_df: int) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char",
        ngram_range=_ORDERS,
        min_df=min_df,
        sublinear_tf=True,
        dtype=np.float32,
    )
