from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from dltemplates.data.text_batches import (
    encode,
    epoch_order,
    evaluation_batches,
    training_batches,
)
from dltemplates.data.text_data import load_texts
from tests.data.small_series import shared_file

NSMC = Path("../shared/data/nsmc")


def code_points(texts):
    return tf.strings.unicode_decode(texts, "UTF-8").to_tensor()


def numbered(rng, count=100, longest=40):
    """Tokens of texts, the first of which is the text's number + 1, and the number as label."""
    lengths = rng.integers(1, longest, count)
    rows = [[number + 1, *[7] * (length - 1)] for number, length in enumerate(lengths)]
    return tf.ragged.constant(rows, dtype="int32"), np.arange(count, dtype="int32"), lengths


def taken(batches, count):
    return [(x.numpy(), y.numpy()) for x, y in islice(batches, count)]


def test_tokens_of_texts_without_padding():
    texts = ["가나다", "a", "", "긴 글입니다 😀"] * 3_000  # of more than one piece
    tokens = encode(texts, code_points)
    assert tokens.dtype == tf.int32
    assert tokens.shape == (12_000, None)
    for place in (0, 1, 2, 3, 11_999):
        assert "".join(map(chr, tokens[place].numpy())) == texts[place]
    assert encode([], code_points).shape[0] == 0


def test_batches_are_full_and_padded_at_the_end(rng):
    tokens, labels, lengths = numbered(rng)
    for x, y in taken(training_batches(tokens, labels, 100, 16, seed=0), 20):
        assert (x.dtype, y.dtype) == ("int32", "float32")
        assert x.shape[0] == 16
        assert y.shape == (16, 100)
        chosen = x[:, 0] - 1
        np.testing.assert_array_equal(y.argmax(axis=1), chosen)
        np.testing.assert_array_equal(y.sum(axis=1), 1)
        assert x.shape[1] == lengths[chosen].max()
        for row, number in zip(x, chosen, strict=True):
            np.testing.assert_array_equal(
                row, [*tokens[number].numpy(), *[0] * (len(row) - lengths[number])]
            )


def test_an_epoch_shows_each_text_once_but_for_what_is_left_over(rng):
    tokens, labels, _ = numbered(rng)
    batches = taken(training_batches(tokens, labels, 100, 16, seed=0), 12)
    first, second = (
        np.concatenate([x[:, 0] for x, _ in part]) for part in (batches[:6], batches[6:])
    )
    assert len(set(first)) == len(set(second)) == 96
    assert set(first) != set(second)
    assert first.tolist() != second.tolist()


def test_batch_number_n_depends_on_seed_and_n_alone(rng):
    tokens, labels, _ = numbered(rng)
    whole = taken(training_batches(tokens, labels, 100, 16, seed=3), 20)
    for first in (1, 6, 13):
        later = taken(training_batches(tokens, labels, 100, 16, seed=3, first_step=first), 5)
        for (x, y), (other_x, other_y) in zip(whole[first:], later, strict=False):
            np.testing.assert_array_equal(x, other_x)
            np.testing.assert_array_equal(y, other_y)
    other = taken(training_batches(tokens, labels, 100, 16, seed=4), 1)
    assert other[0][0][:, 0].tolist() != whole[0][0][:, 0].tolist()


def test_values_and_offsets_are_as_good_as_ragged_tokens(rng):
    tokens, labels, _ = numbered(rng)
    parts = (tokens.values.numpy(), tokens.row_splits.numpy())
    one, other = (taken(training_batches(t, labels, 100, 16, seed=0), 3) for t in (tokens, parts))
    for (x, _), (same, _) in zip(one, other, strict=True):
        np.testing.assert_array_equal(x, same)


def test_lengths_are_rounded_up_where_that_is_asked_for(rng):
    tokens, labels, lengths = numbered(rng)
    for x, _ in taken(training_batches(tokens, labels, 100, 16, seed=0, multiple=8), 6):
        longest = lengths[x[:, 0] - 1].max()
        assert x.shape[1] % 8 == 0
        assert longest <= x.shape[1] < longest + 8


def test_fewer_texts_than_a_batch_holds(rng):
    tokens, labels, _ = numbered(rng, count=5)
    for x, _ in taken(training_batches(tokens, labels, 5, 16, seed=0), 3):
        assert sorted(np.bincount(x[:, 0] - 1)) == [3, 3, 3, 3, 4]


def test_several_classes_a_text(rng):
    tokens, _, _ = numbered(rng, count=30)
    labels = rng.integers(0, 2, (30, 4)).astype("uint8")
    for x, y in taken(training_batches(tokens, labels, 4, 8, seed=0), 3):
        assert y.dtype == "float32"
        np.testing.assert_array_equal(y, labels[x[:, 0] - 1])


def test_evaluation_keeps_the_order(rng):
    tokens, labels, lengths = numbered(rng)
    batches = taken(evaluation_batches(tokens, labels, 100, 16), 100)
    assert [len(x) for x, _ in batches] == [16] * 6 + [4]
    assert np.concatenate([x[:, 0] - 1 for x, _ in batches]).tolist() == list(range(100))
    assert [x.shape[1] for x, _ in batches] == [
        lengths[start : start + 16].max() for start in range(0, 100, 16)
    ]
    assert np.concatenate([y.argmax(axis=1) for _, y in batches]).tolist() == list(range(100))


def test_a_text_without_tokens_is_padding_alone():
    tokens = tf.ragged.constant([[], [5, 6], []], dtype="int32")
    ((x, _),) = taken(evaluation_batches(tokens, np.zeros(3, "int32"), 2, 3), 2)
    np.testing.assert_array_equal(x, [[0, 0], [5, 6], [0, 0]])
    ((x, _),) = taken(evaluation_batches(tokens[:1], np.zeros(1, "int32"), 2, 3), 2)
    np.testing.assert_array_equal(x, [[0]])


def test_texts_of_like_length_are_not_always_together(rng):
    lengths = rng.integers(1, 100, 4_096 * 4)
    orders = [epoch_order(lengths, 32, 0, epoch) for epoch in range(2)]
    firsts = [{tuple(sorted(batch)) for batch in order} for order in orders]
    assert not firsts[0] & firsts[1]
    means = lengths[orders[0]].mean(axis=1)
    assert abs(np.corrcoef(np.arange(len(means)), means)[0, 1]) < 0.2  # short and long by turns


@pytest.fixture(scope="module")
def reviews():
    shared_file("ratings_test.txt", NSMC)
    path = str(NSMC / "ratings_test.txt")
    return load_texts("path", path=path, text_column="document", test_fraction=0).train


def test_little_of_a_batch_of_real_reviews_is_padding(reviews):
    tokens = encode(reviews.texts, code_points)
    batches = taken(training_batches(tokens, reviews.labels, 2, 256, seed=0), len(reviews) // 256)
    cells = sum(x.size for x, _ in batches)
    assert sum(np.count_nonzero(x) for x, _ in batches) > 0.95 * cells
