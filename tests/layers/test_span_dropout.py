import keras
import numpy as np
import pytest

from dltemplates.layers import SpanDropout
from tests.layers.harness import check_layer


@pytest.fixture
def tokens(rng):
    tokens = rng.integers(0xAC00, 0xD7A4, (500, 40)).astype("int32")
    tokens[:250, 20:] = 0
    return tokens


def test_harness(tokens, tmp_path):
    def make(dtype):
        return SpanDropout(0.2, seed=1, dtype=dtype)

    check_layer(make, tokens[248:252], (4, 40), tmp_path, trainable=0, dtype="int32")


@pytest.mark.parametrize(("rate", "span"), [(0.1, 1), (0.15, 3), (0.5, 5)])
def test_replaces_the_share_asked_for(tokens, rate, span):
    answer = np.asarray(SpanDropout(rate, span, seed=0)(tokens, training=True))
    replaced = answer == 0xFFFD
    assert abs(replaced[tokens > 0].mean() - rate) < 0.03
    assert abs(replaced[:, 0].mean() - rate) < 0.07  # at the edge as in the middle
    np.testing.assert_array_equal(answer[~replaced], tokens[~replaced])
    np.testing.assert_array_equal(answer == 0, tokens == 0)


def test_spans_are_whole(tokens):
    """Inside a text, no run of replaced tokens is shorter than a span."""
    answer = np.asarray(SpanDropout(0.1, 4, token=1, seed=0)(tokens[250:], training=True)) == 1
    lengths = []
    for row in answer:
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row, [0]])))
        lengths += [
            end - start
            for start, end in zip(edges[::2], edges[1::2], strict=True)
            if start > 0 and end < len(row)
        ]
    assert len(lengths) > 100 and min(lengths) == 4 and max(lengths) < 20


def test_only_in_training(tokens):
    layer = SpanDropout(0.5)
    np.testing.assert_array_equal(layer(tokens), tokens)
    np.testing.assert_array_equal(SpanDropout(0.0)(tokens, training=True), tokens)


def test_each_step_draws_anew_and_a_seed_draws_the_same(tokens):
    layer, twin = SpanDropout(0.3, seed=5), SpanDropout(0.3, seed=5)
    first, second = (np.asarray(layer(tokens, training=True)) for _ in range(2))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(twin(tokens, training=True), first)


def test_in_a_graph_of_any_length(tokens):
    inputs = keras.Input((None,), dtype="int32")
    model = keras.Model(inputs, SpanDropout(0.3, token=1)(inputs))
    for length in (1, 2, 40):
        answer = np.asarray(model(tokens[:, :length], training=True))
        assert answer.shape == (500, length) and (answer == 1).any()


def test_refusals(tokens):
    with pytest.raises(ValueError, match=r"`rate` in \[0, 1\), received 1.0"):
        SpanDropout(1.0)
    with pytest.raises(ValueError, match="at least 1, received 3 and 0"):
        SpanDropout(0.1, token=0)
    with pytest.raises(ValueError, match=r"shape \(batch, length\), received"):
        SpanDropout(0.1)(tokens[..., None])
