import keras
import numpy as np
import pytest

from dltemplates.evaluation.token_influence import token_influence
from dltemplates.layers import NGramLinear

TOKENS = np.array([[5, 6, 7, 5], [8, 9, 0, 0]], "int32")
DIRECTION = np.array([[1.0, -1.0], [0.0, 1.0]])


def linear_part(rng) -> NGramLinear:
    known = known_ngrams(NGramLinear(2, orders=(1, 2, 3)))
    layer = NGramLinear(2, (1, 2, 3), len(known))
    kernel = rng.normal(size=(len(known), 2))
    layer.set_linear(known, rng.random(len(known)), kernel, rng.normal(size=2))
    return layer


def known_ngrams(layer: NGramLinear) -> np.ndarray:
    return np.unique(layer.hashes(TOKENS))[1:]


def network(name: str = "embedding") -> keras.Model:
    tokens = keras.Input((None,), dtype="int32")
    embedded = keras.layers.Embedding(10, 4, mask_zero=True, name=name)(tokens)
    pooled = keras.layers.GlobalAveragePooling1D()(embedded)
    return keras.Model(tokens, keras.layers.Dense(2, use_bias=False)(pooled))


def test_linear_influence_adds_up_to_the_logits(rng):
    layer = linear_part(rng)
    logits = keras.ops.convert_to_numpy(layer(TOKENS) - layer.bias)
    found = token_influence(TOKENS, DIRECTION, linear=layer, weights=(1.0, 2.0))
    assert found.sum(axis=1) == pytest.approx(2 * (logits * DIRECTION).sum(axis=1), abs=1e-5)
    assert (found[1, 2:] == 0).all()


def test_an_ngram_belongs_to_its_tokens(rng):
    """Of one bigram with a weight, its two tokens share what it adds, and no other has any."""
    known = known_ngrams(NGramLinear(2, (1, 2)))
    layer = NGramLinear(2, (1, 2), len(known))
    bigram = keras.ops.convert_to_numpy(layer.hashes(TOKENS))[0, 4 + 1]  # 6, 7
    kernel = np.where(known[:, None] == bigram, [3.0, 0.0], 0.0)
    layer.set_linear(known, np.ones(len(known)), kernel, np.zeros(2))
    share = 3.0 / np.sqrt(6) / 2  # six n-grams, of which the token 5 is there twice
    found = token_influence(TOKENS, DIRECTION, linear=layer)
    assert found[0] == pytest.approx([0, share, share, 0], abs=1e-6)


def test_network_influence_of_a_linear_network_is_exact():
    """Without anything bent in it, gradient times input adds up to the logits."""
    model = network()
    found = token_influence(TOKENS, DIRECTION, network=model)
    logits = keras.ops.convert_to_numpy(model(TOKENS))
    assert found.sum(axis=1) == pytest.approx((logits * DIRECTION).sum(axis=1), abs=1e-5)
    assert np.abs(found[0]).min() > 0
    assert (found[1, 2:] == 0).all()


def test_a_network_that_cannot_be_asked_adds_nothing(rng):
    layer = linear_part(rng)
    alone = token_influence(TOKENS, DIRECTION, linear=layer)
    both = token_influence(TOKENS, DIRECTION, linear=layer, network=network("other"))
    assert np.array_equal(alone, both)


def test_the_network_is_asked_about_what_it_reads(rng):
    whole = network()
    found = token_influence(TOKENS, DIRECTION, network=whole, read=2)
    expected = token_influence(TOKENS[:, :2], DIRECTION, network=whole)
    assert found[:, :2] == pytest.approx(expected, abs=1e-6)
    assert (found[:, 2:] == 0).all()
