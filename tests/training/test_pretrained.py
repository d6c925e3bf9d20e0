import keras
import numpy as np
import pytest

from dltemplates.errors import RunError
from dltemplates.layers import (
    AttentionPooling,
    CodePointLookup,
    HashedNGramEmbedding,
    MaskedMaxPooling1D,
    SpanDropout,
    TransformerBlock,
)
from dltemplates.training.pretrained import load_encoder
from dltemplates.training.run import Run


def encoder_of(*, width=8, depth=2, heads=2, vocabulary="가나다", dropout=0.1, span=0.1):
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    shown = SpanDropout(span)(tokens)
    known = CodePointLookup(vocabulary, name="known")
    embedding = keras.layers.Embedding(
        known.vocabulary_size, width, mask_zero=True, name="embedding"
    )
    ngrams = HashedNGramEmbedding(width, (2, 3), 50)
    x = keras.layers.Add()([embedding(known(shown)), ngrams(shown)])
    for _ in range(depth):
        x = TransformerBlock(heads, 2 * width, dropout=dropout, positions="rotary")(x)
    return keras.Model(tokens, x, name="encoder")


def network_of(**settings):
    encoder = encoder_of(**settings)
    x = encoder.output
    x = keras.layers.Concatenate()([AttentionPooling()(x), MaskedMaxPooling1D()(x)])
    return keras.Model(encoder.input, keras.layers.Dense(2)(x), name="network")


def saved(parent, model, name="learned"):
    run = Run.create(parent, name)
    run.write_text("config.toml", "")
    run.write_json("data.json", {"tokens": "abc"})
    for weight in model.weights:  # unlike any initial value
        weight.assign(np.random.default_rng(0).normal(size=weight.shape))
    run.save_encoder(model)
    return run


def test_the_network_goes_on_where_the_encoder_stopped(tmp_path):
    encoder = encoder_of()
    run = saved(tmp_path, encoder)
    tokens = np.array([[ord(c) for c in "가나라다"], [ord("나"), 0, 0, 0]], "int32")
    for name in ("learned", str(run.folder)):
        network = network_of(dropout=0.3, span=0.0)
        pooled = keras.Model(network.input, network.layers[len(encoder.layers) - 1].output)
        assert not np.allclose(pooled(tokens), encoder(tokens), atol=0.1)
        rest = [weight.copy() for weight in network.get_weights()[len(encoder.weights) :]]
        load_encoder(tmp_path, name, network, "abc")
        np.testing.assert_allclose(
            np.asarray(pooled(tokens))[0], np.asarray(encoder(tokens))[0], atol=1e-5
        )
        after = network.get_weights()[len(encoder.weights) :]
        assert len(rest) == 3
        for old, new in zip(rest, after, strict=True):
            np.testing.assert_array_equal(old, new)


def test_another_precision_is_no_difference(tmp_path):
    encoder = encoder_of()
    saved(tmp_path, encoder)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        network = network_of()
    finally:
        keras.config.set_dtype_policy("float32")
    load_encoder(tmp_path, "learned", network, "abc")
    for old, new in zip(encoder.get_weights(), network.get_weights(), strict=False):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"width": 16}, "embedding has output_dim 8 there, 16 here"),
        ({"heads": 4}, "heads 2 there, 4 here"),
        ({"depth": 1}, "it has a TransformerBlock, the network has a "),
        ({"vocabulary": "가다나"}, "known has vocabulary '가나다' there, '가다나' here"),
        ({"vocabulary": "".join(map(chr, range(1, 99)))}, "known has another vocabulary"),
    ],
)
def test_another_encoder_is_refused_and_nothing_copied(tmp_path, settings, message):
    run = saved(tmp_path, encoder_of())
    network = network_of(**settings)
    before = [weight.copy() for weight in network.get_weights()]
    with pytest.raises(RunError, match=message) as caught:
        load_encoder(tmp_path, "learned", network, "abc")
    assert caught.value.where == str(run.folder)
    assert str(run.config_path) in caught.value.hint
    for old, new in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_deeper_encoder_than_the_whole_network(tmp_path):
    saved(tmp_path, encoder_of(depth=9))
    with pytest.raises(RunError, match="it has 15 layers, the network 11"):
        load_encoder(tmp_path, "learned", network_of(depth=1), "abc")


def test_a_run_that_is_none_of_pre_training(tmp_path):
    run = Run.create(tmp_path, "classifier")
    run.save_model(network_of())
    with pytest.raises(RunError, match="no pre-trained encoder") as caught:
        load_encoder(tmp_path, "classifier", network_of(), "abc")
    assert "pretrain command" in caught.value.hint
    with pytest.raises(RunError, match="No such run"):
        load_encoder(tmp_path, "nothing", network_of(), "abc")


def test_a_run_of_pre_training_is_no_finished_one(tmp_path):
    saved(tmp_path, encoder_of())
    with pytest.raises(RunError, match="one of pre-training") as caught:
        Run.find(tmp_path, "learned")
    assert "train.pretrained=learned" in caught.value.hint
    with pytest.raises(RunError, match="No trained run"):
        Run.find(tmp_path)


def test_tokens_that_stand_for_something_else(tmp_path):
    run = saved(tmp_path, encoder_of())
    network = network_of()
    before = network.get_weights()
    for written in ({"tokens": "other"}, {}):
        run.write_json("data.json", written)
        with pytest.raises(RunError, match="tokens stand for other words"):
            load_encoder(tmp_path, "learned", network, "abc")
    for old, new in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
