"""Fits the linear part of a text classifier, which sees runs of tokens by their hash."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from keras import ops
from scipy.sparse import csr_matrix

from dltemplates.evaluation.one_vs_rest import fit_one_vs_rest, multi_hot
from dltemplates.layers import NGramLinear

log = logging.getLogger(__name__)

_BATCH_TOKENS = 131_072
_LEAST_TEXTS = 2


def fit_ngram_linear(
    tokens: Any,
    labels: np.ndarray,
    classes: int,
    orders: Sequence[int] = (1, 2, 3, 4),
    *,
    multi_label: bool = False,
    inverse_penalty: float = 4.0,
    limit: int = 40_000_000,
    name: str = "linear",
) -> NGramLinear:
    """Fits a linear model: rare n-grams count more, and each class is fitted in turn.

    It knows the n-grams that two or more texts have. Their scale is the inverse document
    frequency, smoothed; the fit knows beforehand how much likelier each is in a class, see
    `fit_one_vs_rest`.

    Args:
        tokens: The training texts without padding: ragged int32 `(texts, None)`; or the values of
            all in a row and where each text begins and the last one ends, `(texts + 1,)`; or a list
            of int32 arrays.
        labels: Class indices `(texts,)`, or multi-hot rows `(texts, classes)`.
        classes: Number of classes.
        orders: Tokens of the n-grams.
        multi_label: Whether a text can have several classes.
        inverse_penalty: The C of scikit-learn: the larger, the freer the weights.
        limit: Most n-grams to learn from, each 40 bytes of memory for a while; of more, a part of
            the texts is used, evenly spaced.
        name: Of the layer.
    """
    values, starts = _flat(tokens)
    chosen = _evenly(starts, len(orders), limit)
    if len(chosen) < len(starts) - 1:
        log.info("The linear part learns from %s of %s texts.", len(chosen), len(starts) - 1)
    hashes, ends = _distinct_hashes(NGramLinear(classes, orders), values, starts, chosen)
    known, frequency = np.unique(hashes, return_counts=True)
    known, frequency = known[frequency >= _LEAST_TEXTS], frequency[frequency >= _LEAST_TEXTS]
    if not len(known):
        known, frequency = np.ones(1, "int32"), np.zeros(1, "int64")
    scale = np.log((1.0 + len(chosen)) / (1.0 + frequency)) + 1.0  # as scikit-learn has it
    kernel, bias = fit_one_vs_rest(
        _features(hashes, ends, known, scale),
        multi_hot(labels, classes)[chosen],
        inverse_penalty=inverse_penalty,
        naive_bayes=True,
        multi_label=multi_label,
    )
    # Not in the precision of training: the finished model has to answer alike on every machine.
    layer = NGramLinear(classes, orders, len(known), name=name, dtype="float32")
    layer.set_linear(known, scale, kernel, bias)
    return layer


def ngram_features(layer: NGramLinear, tokens: Any) -> csr_matrix:
    """What a fitted layer sees of texts: their n-grams by scale, each text of length one.

    Args:
        layer: Knows the n-grams.
        tokens: As for `fit_ngram_linear`.

    Returns:
        `(texts, size)`.
    """
    values, starts = _flat(tokens)
    hashes, ends = _distinct_hashes(layer, values, starts, np.arange(len(starts) - 1))
    known, scale = (ops.convert_to_numpy(weight) for weight in (layer.known, layer.scale))
    return _features(hashes, ends, known, scale[1:].astype("float64"))


def _features(
    hashes: np.ndarray, ends: np.ndarray, known: np.ndarray, scale: np.ndarray
) -> csr_matrix:
    places = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    found = known[places] == hashes
    indices = places[found].astype("int32")
    ends = np.concatenate([[0], np.cumsum(found)])[ends]
    texts = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
    squares = np.bincount(texts, scale[indices] ** 2, minlength=len(ends) - 1)
    weights = scale[indices] / np.sqrt(squares)[texts]
    return csr_matrix((weights, indices, ends), shape=(len(ends) - 1, len(known)))


def _distinct_hashes(
    layer: NGramLinear, values: np.ndarray, starts: np.ndarray, chosen: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The n-grams of the chosen texts, repeated ones once.

    Returns:
        The hashes of one text after the other, increasing in each, int32; and where each text
        begins and the last one ends, `(texts + 1,)`.
    """
    lengths = np.diff(starts)[chosen]
    by_length = np.argsort(lengths, kind="stable")  # so that little is padding
    rows: list[np.ndarray] = [np.zeros(0, "int32")] * len(chosen)
    for batch in _batches(lengths[by_length]):
        texts = by_length[batch]
        hashes = np.sort(ops.convert_to_numpy(layer.hashes(_padded(values, starts, chosen[texts]))))
        first = np.diff(hashes, axis=1, prepend=0) > 0
        sizes = np.cumsum(first.sum(axis=1))[:-1]
        for text, row in zip(texts, np.split(hashes[first], sizes), strict=True):
            rows[text] = row
    ends = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    return np.concatenate(rows), ends


def _flat(tokens: Any) -> tuple[np.ndarray, np.ndarray]:
    """All tokens in a row, and where each text starts and the last ends."""
    if hasattr(tokens, "row_splits"):
        return np.asarray(tokens.values), np.asarray(tokens.row_splits, "int64")
    if isinstance(tokens, tuple):
        values, starts = tokens
        return np.asarray(values), np.asarray(starts, "int64")
    rows: Sequence[np.ndarray] = [np.asarray(row, "int32") for row in tokens]
    return np.concatenate(rows), np.concatenate([[0], np.cumsum([len(row) for row in rows])])


def _evenly(starts: np.ndarray, orders: int, limit: int) -> np.ndarray:
    """Indices of as many texts, evenly spaced, as have about `limit` n-grams; at least two."""
    texts, ngrams = len(starts) - 1, int(starts[-1]) * orders
    count = texts if ngrams <= limit else max(2, texts * limit // ngrams)
    return np.linspace(0, texts, count, endpoint=False).astype("int64")


def _batches(lengths: np.ndarray) -> Iterator[slice]:
    """Slices of texts, sorted by length, that have about as many tokens each."""
    start = 0
    while start < len(lengths):
        count = max(1, _BATCH_TOKENS // max(1, int(lengths[start])))
        count = max(1, _BATCH_TOKENS // max(1, int(lengths[start : start + count][-1])))
        yield slice(start, start + count)
        start += count


def _padded(values: np.ndarray, starts: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """The tokens of `texts`, int32 `(texts, longest)`, 0 behind the end of each."""
    first, lengths = starts[texts], starts[texts + 1] - starts[texts]
    columns = np.arange(max(1, int(lengths.max())))
    inside = columns < lengths[:, None]
    places = np.where(inside, first[:, None] + columns, 0)
    return np.where(inside, values[places], 0).astype("int32")
