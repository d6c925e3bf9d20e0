import keras
import numpy as np
import pytest

from dltemplates.layers import NGramLinear
from tests.layers.harness import check_layer


@pytest.fixture
def tokens(rng):
    tokens = rng.integers(1, 60_000, (5, 9)).astype("int32")
    tokens[1, 6:] = 0
    tokens[2] = 0
    return tokens


@pytest.fixture
def fitted(rng, tokens):
    """Knows two of three n-grams of some texts."""
    hashes = np.unique(NGramLinear(3, (1, 2, 3)).hashes(tokens))
    known = hashes[(hashes > 0) & (rng.random(len(hashes)) < 0.66)]
    layer = NGramLinear(3, (1, 2, 3), len(known))
    layer.set_linear(known, rng.random(len(known)), rng.normal(size=(len(known), 3)), [0.5, -1, 2])
    return layer


def test_harness(tokens, tmp_path):
    def make(dtype):
        return NGramLinear(3, (1, 2), 50, dtype=dtype)

    check_layer(make, tokens, (5, 3), tmp_path, trainable=0, non_trainable=4)


def test_is_linear_in_a_normalised_sparse_vector(fitted, tokens):
    known, scale, kernel, bias = fitted.get_weights()
    hashes = np.asarray(fitted.hashes(tokens))
    assert hashes.shape == (5, 27) and hashes.dtype == "int32"
    for row, answer in zip(hashes, np.asarray(fitted(tokens)), strict=True):
        found = 1 + np.flatnonzero(np.isin(known, row))  # a repeated n-gram counts once
        norm = np.sqrt((scale[found] ** 2).sum())
        total = scale[found] @ kernel[found]
        expected = (total / norm if norm else 0.0) + bias
        np.testing.assert_allclose(answer, expected, rtol=1e-5, atol=1e-5)


def test_rows_are_those_of_the_hashes(fitted, tokens):
    known = fitted.get_weights()[0]
    hashes, rows = np.asarray(fitted.hashes(tokens)), np.asarray(fitted.ngrams(tokens))
    np.testing.assert_array_equal(rows > 0, np.isin(hashes, known))
    np.testing.assert_array_equal(known[rows[rows > 0] - 1], hashes[rows > 0])


def test_a_repeated_ngram_counts_once(rng):
    layer = NGramLinear(1, (1,), 2)
    known = np.sort(np.asarray(layer.hashes(np.array([[7, 9]])))[0])
    layer.set_linear(known, [1.0, 2.0], [[3.0], [4.0]], [0.0])
    np.testing.assert_allclose(
        layer(np.array([[7, 9, 9, 9]])), layer(np.array([[7, 9, 0, 0]])), rtol=1e-6
    )


def test_nothing_known_gives_the_bias(fitted, tokens):
    np.testing.assert_array_equal(fitted(tokens)[2], [0.5, -1.0, 2.0])
    np.testing.assert_array_equal(fitted(tokens + 60_000 * (tokens > 0))[0], [0.5, -1.0, 2.0])


def test_padding_changes_nothing(fitted, tokens):
    longer = np.pad(tokens, ((0, 0), (0, 40)))
    np.testing.assert_allclose(fitted(longer), fitted(tokens), rtol=1e-5, atol=1e-6)


def test_survives_saving(fitted, tokens, tmp_path):
    inputs = keras.Input((None,), dtype="int32")
    model = keras.Model(inputs, fitted(inputs))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for length in (1, 9):
        np.testing.assert_array_equal(loaded(tokens[:, :length]), model(tokens[:, :length]))


def test_refusals(tokens):
    with pytest.raises(ValueError, match="distinct orders"):
        NGramLinear(2, ())
    with pytest.raises(ValueError, match="of at least 1, received 0 and 1"):
        NGramLinear(0)
    with pytest.raises(ValueError, match=r"shape \(batch, length\), received"):
        NGramLinear(2)(tokens[..., None])
    layer = NGramLinear(2, size=3)
    with pytest.raises(ValueError, match=r"'scale' to fill \(4,\), received \(3,\)"):
        layer.set_linear([1, 2, 3], np.zeros(2), np.zeros((3, 2)), np.zeros(2))
    with pytest.raises(ValueError, match="'bias' to be finite"):
        layer.set_linear([1, 2, 3], np.zeros(3), np.zeros((3, 2)), [0.0, np.nan])
    with pytest.raises(ValueError, match="'known' to increase"):
        layer.set_linear([1, 3, 2], np.zeros(3), np.zeros((3, 2)), np.zeros(2))
