"""Made-up reviews in which a few words decide."""

import numpy as np

GOOD = ["재미있다", "최고예요", "감동적이다", "또 보고 싶다"]
BAD = ["지루하다", "최악이다", "돈이 아깝다", "실망했다"]
OTHER = ["영화", "배우", "연기는", "음악이", "오늘", "극장에서", "정말", "그냥"]


def reviews(rng: np.random.Generator, count: int) -> tuple[list[str], np.ndarray]:
    """Reviews and their labels: 1 is good."""
    labels = rng.integers(0, 2, count)
    texts = []
    for label in labels:
        words = list(rng.choice(OTHER, rng.integers(1, 5)))
        words.append(str(rng.choice(GOOD if label else BAD)))
        texts.append(" ".join(rng.permutation(words)))
    return texts, labels.astype("int32")


def topics(rng: np.random.Generator, count: int) -> tuple[list[str], np.ndarray]:
    """Texts that name none, some or all of the first three of `OTHER`, and multi-hot labels."""
    labels = rng.integers(0, 2, (count, 3))
    texts = []
    for row in labels:
        words = [OTHER[index] for index in np.flatnonzero(row)]
        words.append(str(rng.choice(OTHER[3:])))
        texts.append(" ".join(rng.permutation(words)))
    return texts, labels.astype("uint8")
