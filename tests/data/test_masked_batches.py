from itertools import islice

import numpy as np
import pytest
import tensorflow as tf

from dltemplates.data.masked_batches import masked_batches
from dltemplates.data.text_batches import training_batches

HIDDEN = 9_999


def numbered(rng, count=200, longest=40):
    """Tokens that are all different, in texts of 1 to `longest` of them."""
    lengths = rng.integers(1, longest + 1, count)
    return tf.RaggedTensor.from_row_lengths(np.arange(1, lengths.sum() + 1, dtype="int32"), lengths)


def batches_of(tokens, count, batch_size=16, seed=0, rate=0.25, **kwargs):
    batches = masked_batches(tokens, batch_size, seed=seed, rate=rate, hidden=HIDDEN, **kwargs)
    return [
        (x.numpy(), places.numpy(), y.numpy(), weights.numpy())
        for (x, places), y, weights in islice(batches, count)
    ]


def test_what_is_hidden_is_what_is_asked_for(rng):
    tokens = numbered(rng)
    plain = training_batches(tokens, np.zeros(200, "int32"), 2, 16, seed=0)
    batches = batches_of(tokens, 24)
    for (shown, places, targets, weights), (whole, _) in zip(batches, plain, strict=False):
        whole = whole.numpy()
        assert (shown.dtype, places.dtype, targets.dtype) == ("int32", "int32", "int32")
        assert weights.dtype == "float32"
        guesses = int(np.ceil(0.25 * whole.shape[1]))
        assert places.shape == targets.shape == weights.shape == (16, guesses)
        np.testing.assert_array_equal(targets, np.take_along_axis(whole, places, axis=1))
        hidden = np.zeros_like(whole)
        np.put_along_axis(hidden, places, weights.astype("int32"), axis=1)
        np.testing.assert_array_equal(shown, np.where(hidden, HIDDEN, whole))
        assert not hidden[whole == 0].any()


@pytest.mark.parametrize("rate", [0.05, 0.25, 0.8])
def test_of_texts_of_any_length_the_share_asked_for_is_hidden(rng, rate):
    tokens = numbered(rng, 2_000)
    lengths, hidden = [], []
    for shown, _, _, weights in batches_of(tokens, 250, rate=rate):
        lengths.append((shown != 0).sum(axis=1))
        hidden.append(weights.sum(axis=1))
    lengths, hidden = np.concatenate(lengths), np.concatenate(hidden)
    assert (hidden >= np.floor(rate * lengths - 1e-4)).all()
    assert (hidden <= np.ceil(rate * lengths + 1e-4)).all()
    for few, many in ((1, 3), (4, 12), (13, 40)):
        group = (lengths >= few) & (lengths <= many)
        assert abs(hidden[group].sum() / lengths[group].sum() - rate) < 0.03


def test_every_place_of_a_text_is_hidden_nearly_alike():
    """The first ones a little more often, since a span that is cut loses its end."""
    tokens = tf.RaggedTensor.from_tensor(tf.ones((256, 24), "int32"))
    shown = np.concatenate([batch[0] for batch in batches_of(tokens, 60, 256)])
    np.testing.assert_allclose((shown == HIDDEN).mean(axis=0), 0.25, atol=0.07)


def test_tokens_are_hidden_in_spans():
    tokens = tf.RaggedTensor.from_tensor(tf.ones((64, 200), "int32"))
    lengths = []
    for shown, *_ in batches_of(tokens, 5, 64, rate=0.05):
        for row in shown == HIDDEN:
            edges = np.flatnonzero(np.diff(np.concatenate([[0], row, [0]])))
            lengths += (edges[1::2] - edges[::2]).tolist()
    share = np.bincount(lengths, minlength=11) / len(lengths)
    assert (share[1:6] > 0.1).all()
    assert 0 < share[6:].sum() < 0.2  # spans that meet


def test_batch_number_n_depends_on_seed_and_n_alone(rng):
    tokens = numbered(rng)
    whole = batches_of(tokens, 30, seed=3)
    for first in (1, 12, 17):
        later = batches_of(tokens, 4, seed=3, first_step=first)
        for batch, other in zip(whole[first:], later, strict=False):
            for part, same in zip(batch, other, strict=True):
                np.testing.assert_array_equal(part, same)
    one, other = numbered(rng, 16), batches_of(tokens, 1, seed=4)[0]
    assert not np.array_equal(whole[0][2], other[2])
    masks = [np.sort((batch[0] == HIDDEN).sum(axis=0)) for batch in batches_of(one, 2)]
    assert not np.array_equal(*masks)  # the same texts, hidden anew


def test_values_and_offsets_are_as_good_as_ragged_tokens(rng):
    tokens = numbered(rng)
    parts = (tokens.values.numpy(), tokens.row_splits.numpy())
    for batch, other in zip(batches_of(tokens, 3), batches_of(parts, 3), strict=True):
        for part, same in zip(batch, other, strict=True):
            np.testing.assert_array_equal(part, same)


def test_texts_without_tokens_have_nothing_to_guess():
    tokens = tf.ragged.constant([[], [5, 6, 7, 8], []], dtype="int32")
    ((shown, _, _, weights),) = batches_of(tokens, 1, 3, rate=0.5)
    np.testing.assert_array_equal(np.sort(weights.sum(axis=1)), [0, 0, 2])
    assert (shown == HIDDEN).sum() == 2 and (shown == 0).sum() == 8
    ((shown, places, _, weights),) = batches_of(tokens[:1], 1, 2)
    assert shown.tolist() == places.tolist() == weights.tolist() == [[0], [0]]


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_other_rates_are_refused(rate):
    with pytest.raises(ValueError, match="between 0 and 1, received"):
        batches_of(tf.ragged.constant([[1]], dtype="int32"), 1, rate=rate)
