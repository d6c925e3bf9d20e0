import numpy as np
import pytest
from keras import ops

from dltemplates.layers.ngram_hashing import hashed_ngrams

TEXT = np.array([[ord(letter) for letter in "이 영화 정말 재밌다!"] + [0, 0]], "int32")


def reference(tokens, order, buckets, seed=0):
    """The same arithmetic, in unsigned integers, one n-gram at a time."""
    mask = 2**32 - 1
    answer = np.zeros(tokens.shape, "int32")
    for row, text in enumerate(tokens):
        for start in range(len(text)):
            ngram = [int(token) for token in text[start : start + order]]
            if len(ngram) < order or 0 in ngram:
                continue
            state = (seed + 1) * 0x9E3779B9 & mask
            for place, token in enumerate(ngram):
                code = token * 0xCC9E2D51 & mask
                code ^= code >> 15
                state = (code + (state if place == 0 else state * 0x1B873593)) & mask
            state = (state ^ state >> 16) * 0x85EBCA6B & mask
            state = (state ^ state >> 13) * 0xC2B2AE35 & mask
            state ^= state >> 16
            answer[row, start] = (state & 0x7FFFFFFF) % (buckets - 1) + 1
    return answer


@pytest.mark.parametrize("order", [1, 2, 3, 5])
@pytest.mark.parametrize(("buckets", "seed"), [(2, 0), (1000, 3), (2**20, 1), (2**31 - 1, 2**31)])
def test_equals_unsigned_arithmetic(rng, order, buckets, seed):
    tokens = rng.integers(1, 0x110000, (6, 9)).astype("int32")
    tokens[1, 5:] = 0
    tokens[2] = 0
    tokens[3, 0] = 2**31 - 1
    answer = hashed_ngrams(tokens, order, buckets, seed)
    expected = reference(tokens, order, buckets, seed)
    np.testing.assert_array_equal(ops.convert_to_numpy(answer), expected)
    tensor = ops.convert_to_tensor(tokens)
    np.testing.assert_array_equal(hashed_ngrams(tensor, order, buckets, seed), expected)


def test_inside_a_compiled_graph(rng):
    tf = pytest.importorskip("tensorflow")
    tokens = rng.integers(1, 0x110000, (4, 9)).astype("int32")
    expected = reference(tokens, 3, 20_000)
    for compiled in (False, True):
        graph = tf.function(
            lambda values: hashed_ngrams(values, 3, 20_000),
            input_signature=[tf.TensorSpec((None, None), tf.int32)],
            jit_compile=compiled,
        )
        np.testing.assert_array_equal(graph(tokens), expected)


@pytest.mark.parametrize(
    ("order", "buckets", "seed", "numbers"),
    [
        (1, 1000, 0, [928, 67, 904, 632, 67, 747, 779, 67, 234, 384, 798, 179, 0, 0]),
        (
            2,
            20_000,
            2,
            [12697, 16219, 4154, 5889, 7235, 16399, 9483, 18752, 15436, 15262, 7427, 0, 0, 0],
        ),
        (
            4,
            2**20,
            4,
            [216474, 580217, 310607, 252230, 633272, 792088, 137660, 317852, 389524, 0, 0, 0, 0, 0],
        ),
    ],
)
def test_numbers_are_frozen(order, buckets, seed, numbers):
    """Saved models hold tables in this order: a change here breaks every one of them."""
    assert np.asarray(hashed_ngrams(TEXT, order, buckets, seed))[0].tolist() == numbers


@pytest.mark.parametrize("order", [1, 2, 4])
def test_numbers_are_uniform(rng, order):
    """Over n-grams of neighbouring code points, the hardest for a hash; chi-squared by bucket."""
    ngrams = np.unique(rng.integers(0xAC00, 0xD7A4, (30_000, order)), axis=0).astype("int32")
    buckets = 1001
    numbers = np.asarray(hashed_ngrams(ngrams, order, buckets))[:, 0]
    counts = np.bincount(numbers, minlength=buckets)
    assert counts[0] == 0 and len(counts) == buckets
    expected = len(ngrams) / (buckets - 1)
    statistic = ((counts[1:] - expected) ** 2 / expected).sum() / (buckets - 1)
    assert 0.8 < statistic < 1.2  # 1 ± 0.045 by chance


def test_the_order_of_tokens_matters():
    tokens = np.array([[5, 6, 7], [7, 6, 5], [6, 5, 7]], "int32")
    assert len(set(np.asarray(hashed_ngrams(tokens, 3, 2**20))[:, 0].tolist())) == 3


def test_seeds_number_otherwise(rng):
    tokens = rng.integers(1, 50_000, (50, 20)).astype("int32")
    one, other = (np.asarray(hashed_ngrams(tokens, 2, 2**20, seed)) for seed in (1, 2))
    assert (one[:, :-1] == other[:, :-1]).mean() < 0.01


def test_shorter_than_an_ngram():
    assert np.asarray(hashed_ngrams(np.array([[1, 2]], "int32"), 4, 10)).tolist() == [[0, 0]]


def test_refusals():
    with pytest.raises(ValueError, match=r"at least 1, received \(0,\)"):
        hashed_ngrams(TEXT, 0, 100)
    with pytest.raises(ValueError, match=r"`buckets` in .* received 1"):
        hashed_ngrams(TEXT, 2, 1)
