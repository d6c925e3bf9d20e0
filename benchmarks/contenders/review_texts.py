"""Reviews for the contenders, with numpy alone: texts, and batches of texts of like length."""

import csv
import os
from pathlib import Path

import numpy as np

TEXTS, BATCH, LONGEST, VOCABULARY, CLASSES = 16_384, 256, 140, 1_500, 2
STEPS = TEXTS // BATCH
_SYLLABLES = 0xAC00


def labelled_reviews() -> tuple[list[str], np.ndarray]:
    """As many texts, and a label of each: the first of NSMC, or made ones about as long.

    The environment variable REVIEWS names the file ratings_train.txt.
    """
    path = Path(os.environ.get("REVIEWS", "../shared/data/nsmc/ratings_train.txt"))
    if not path.exists():
        return _made()
    with path.open(encoding="utf-8", newline="\n") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        kept = [row for row in rows if row[1].strip()][:TEXTS]
    return [row[1] for row in kept], np.array([int(row[2]) for row in kept], "int32")


def _made() -> tuple[list[str], np.ndarray]:
    rng = np.random.default_rng(0)
    lengths = np.clip(rng.lognormal(3.3, 0.7, TEXTS).astype("int64"), 1, LONGEST)
    frequent = np.minimum(rng.zipf(1.3, lengths.sum()), VOCABULARY) + _SYLLABLES
    texts = np.split(frequent, np.cumsum(lengths)[:-1])
    return ["".join(map(chr, text)) for text in texts], rng.integers(0, CLASSES, TEXTS, "int32")


def prepared_batches() -> list[tuple[np.ndarray, np.ndarray]]:
    """The same texts as numbers of characters: int64 `(batch, length)`, 0 = padding, and labels.

    They are sorted by length and cut into batches, whose order is drawn: what the contenders that
    have no such pipeline are given ready made.
    """
    texts, labels = labelled_reviews()
    codes = [np.array([ord(c) for c in text.strip()[:LONGEST]]) for text in texts]
    found, counts = np.unique(np.concatenate(codes), return_counts=True)
    common = np.sort(found[np.argsort(-counts)[:VOCABULARY]])
    order = np.argsort([len(text) for text in codes], kind="stable").reshape(-1, BATCH)
    batches = []
    for chosen in order[np.random.default_rng(0).permutation(len(order))]:
        tokens = np.zeros((BATCH, max(len(codes[text]) for text in chosen)), "int64")
        for row, text in enumerate(chosen):
            places = np.minimum(np.searchsorted(common, codes[text]), VOCABULARY - 1)
            known = common[places] == codes[text]
            tokens[row, : len(places)] = np.where(known, places + 2, 1)
        batches.append((tokens, labels[chosen]))
    return batches
