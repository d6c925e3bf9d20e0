import keras
import numpy as np
import pytest

from dltemplates.layers import HashedNGramEmbedding
from dltemplates.layers.ngram_hashing import hashed_ngrams
from tests.layers.harness import check_layer


@pytest.fixture
def tokens(rng):
    tokens = rng.integers(1, 60_000, (5, 9)).astype("int32")
    tokens[1, 6:] = 0
    tokens[2, 1:] = 0
    return tokens


def test_harness(tokens, tmp_path):
    def make(dtype):
        return HashedNGramEmbedding(6, (1, 3), 50, dropout=0.3, seed=1, dtype=dtype)

    check_layer(make, tokens, (5, 9, 6), tmp_path, trainable=2)


def test_is_the_sum_of_the_rows_of_its_ngrams(tokens):
    layer = HashedNGramEmbedding(4, (2, 3), 100)
    answer = np.asarray(layer(tokens))
    expected = np.zeros_like(answer)
    for order, table in zip((2, 3), layer.get_weights(), strict=True):
        numbers = np.asarray(hashed_ngrams(tokens, order, 100, seed=order))
        expected += table[numbers] * (numbers > 0)[..., None]
    np.testing.assert_allclose(answer, expected, atol=1e-6)
    assert not answer[2].any() and not answer[1, 5:].any() and answer[1, 4].any()


def test_padding_changes_nothing(tokens):
    layer = HashedNGramEmbedding(4)
    longer = np.pad(tokens, ((0, 0), (0, 5)))
    np.testing.assert_array_equal(layer(longer)[:, :9], layer(tokens))
    assert not np.asarray(layer(longer))[:, 9:].any()


def test_the_mask_is_that_of_the_tokens(tokens):
    np.testing.assert_array_equal(HashedNGramEmbedding(4)(tokens)._keras_mask, tokens != 0)


def test_dropout_takes_whole_positions_in_training_only(rng):
    tokens = rng.integers(1, 60_000, (50, 40)).astype("int32")
    layer = HashedNGramEmbedding(4, (1, 2), dropout=0.25, initializer="ones", seed=0)
    np.testing.assert_array_equal(layer(tokens), layer(tokens))
    values = np.asarray(layer(tokens, training=True))[:, :-1]
    assert 0.2 < (values == 0.0).all(axis=-1).mean() < 0.3
    np.testing.assert_allclose(values[values > 0], 2 / 0.75, rtol=1e-6)


def test_lengths_differ_between_calls(tokens):
    inputs = keras.Input((None,), dtype="int32")
    layer = HashedNGramEmbedding(4)
    model = keras.Model(inputs, layer(inputs))
    assert model.output_shape == (None, None, 4)
    for length in (2, 9):
        np.testing.assert_array_equal(model(tokens[:, :length]), layer(tokens[:, :length]))


def test_refusals(tokens):
    with pytest.raises(ValueError, match="distinct orders"):
        HashedNGramEmbedding(4, (2, 2))
    with pytest.raises(ValueError, match="`units` of at least 1, received 0"):
        HashedNGramEmbedding(0)
    with pytest.raises(ValueError, match=r"`dropout` in \[0, 1\), received 1.0"):
        HashedNGramEmbedding(4, dropout=1.0)
    with pytest.raises(ValueError, match=r"shape \(batch, length\), received"):
        HashedNGramEmbedding(4)(tokens[..., None])


def test_the_tables_start_different(tokens):
    layer = HashedNGramEmbedding(4, (2, 3), 100)
    layer(tokens)
    first, second = layer.get_weights()
    assert not np.array_equal(first, second)
