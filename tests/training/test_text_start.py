import keras
import numpy as np
import pytest

from dltemplates.data.labelled_texts import LabelledTexts
from dltemplates.data.text_data import TextData
from dltemplates.data.tokenized_texts import TokenizedTexts
from dltemplates.errors import RunError
from dltemplates.export.text_classifier import finish_text_classifier, finish_text_encoder
from dltemplates.layers import ByteTokens, CharacterTokens, CodePointLookup, WordTokens
from dltemplates.training.pretrained import load_encoder, take_encoder
from dltemplates.training.run import Run
from dltemplates.training.start import Start, read_start
from dltemplates.training.text_start import tokenize_as

OLD = ["가나다 라", "나다", "가 나 다", "라라라"]
NEW = ["하하 가나", "다", "호호호 나 다 라 마 바 사"]


def data(texts) -> TextData:
    labels = (np.arange(len(texts)) % 2).astype("int32")
    return TextData(["a", "b"], {"train": LabelledTexts(texts, labels, "here")})


def encoder_of(texts: TokenizedTexts) -> keras.Model:
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    known = CodePointLookup(texts.commonest(3), name="known")
    embedding = keras.layers.Embedding(known.vocabulary_size, 8, mask_zero=True)
    return keras.Model(tokens, keras.layers.Dense(8)(embedding(known(tokens))), name="encoder")


def network_of(texts: TokenizedTexts) -> keras.Model:
    encoder = encoder_of(texts)
    pooled = keras.layers.GlobalAveragePooling1D()(encoder.output)
    return keras.Model(encoder.input, keras.layers.Dense(2)(pooled), name="network")


@pytest.fixture
def texts() -> TokenizedTexts:
    return TokenizedTexts(data(OLD), CharacterTokens(50, name="tokens"), 4)


@pytest.fixture
def pretrained(texts, tmp_path) -> Run:
    run = Run.create(tmp_path, "read")
    run.write_text("config.toml", "")
    run.write_json("data.json", {"tokens": texts.fingerprint})
    encoder = encoder_of(texts)
    for weight in encoder.weights:  # unlike any initial value
        weight.assign(np.random.default_rng(0).normal(size=weight.shape))
    run.save_encoder(finish_text_encoder(encoder, texts))
    return run


def test_new_texts_are_read_as_before_them(texts, pretrained):
    start = read_start(pretrained.runs, "read")
    assert start.pretrained
    found = tokenize_as(start, data(NEW), CharacterTokens)
    assert found.length == 4
    assert found.layer.max_length == 50
    assert found.commonest(1) == texts.commonest(3)
    assert found.commonest(9) != TokenizedTexts(data(NEW), texts.layer).commonest(9)

    network = network_of(found)
    head = network.layers[-1].get_weights()
    take_encoder(start, network)
    encoder = start.network("encoder")
    for old, new in zip(encoder.get_weights(), network.get_weights(), strict=False):
        np.testing.assert_array_equal(old, new)
    for old, new in zip(head, network.layers[-1].get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_training_from_the_same_texts_can_begin_with_it_too(texts, pretrained):
    network = network_of(texts)
    load_encoder(pretrained.runs, "read", network, texts.fingerprint)
    taken = read_start(pretrained.runs, "read").network("encoder").get_weights()
    for old, new in zip(taken, network.get_weights(), strict=False):
        np.testing.assert_array_equal(old, new)


def test_another_encoder_is_refused(texts, pretrained):
    other = TokenizedTexts(data(NEW), texts.layer, 4)
    with pytest.raises(RunError, match="known has vocabulary"):
        take_encoder(read_start(pretrained.runs, "read"), network_of(other))


def test_a_finished_classifier_says_what_it_reads(texts, tmp_path):
    model = finish_text_classifier(network_of(texts), texts)
    model.save(tmp_path / "model.keras")
    start = read_start(tmp_path, str(tmp_path / "model.keras"))
    assert not start.pretrained
    found = tokenize_as(start, data(NEW), CharacterTokens)
    assert (found.length, found.commonest(1)) == (4, texts.commonest(3))


def test_words_keep_their_numbers(tmp_path):
    layer = WordTokens(["나", "가"], 20, name="tokens")
    words = TokenizedTexts(data(OLD), layer)
    vectors = keras.layers.Embedding(layer.vocabulary_size, 4)
    tokens = keras.Input((None,), dtype="int32")
    run = Run.create(tmp_path, "words")
    run.save_encoder(
        finish_text_encoder(keras.Model(tokens, vectors(tokens), name="encoder"), words)
    )
    found = tokenize_as(read_start(tmp_path, "words"), data(NEW), WordTokens)
    assert found.fingerprint == words.fingerprint
    np.testing.assert_array_equal(found.encode(["가 나 하"]).to_list(), [[3, 2, 1]])


def test_other_tokens_are_refused(texts, pretrained):
    start = read_start(pretrained.runs, "read")
    with pytest.raises(RunError, match="by character, this project by byte"):
        tokenize_as(start, data(NEW), ByteTokens)


@pytest.mark.parametrize(
    ("name", "words"), [("encoder", "without keeping"), ("classifier", "reads no texts")]
)
def test_what_has_no_tokens_is_refused(name, words, tmp_path):
    inputs = keras.Input((3,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs), name=name)
    with pytest.raises(RunError, match=words) as caught:
        tokenize_as(Start(tmp_path, model, None), data(NEW), CharacterTokens)
    assert caught.value.hint
