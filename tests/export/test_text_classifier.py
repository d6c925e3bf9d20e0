"""Export of a small text classifier, its proof, and that a wrong export cannot pass."""

import json
import unicodedata

import keras
import numpy as np
import pytest
import tensorflow as tf

from dltemplates.errors import ExportError
from dltemplates.export.parity import Request, check_parity
from dltemplates.export.savedmodel import export_savedmodel
from dltemplates.export.text_classifier import (
    class_names,
    expected_probabilities,
    is_multi_label,
    text_classifier_archive,
)
from dltemplates.export.text_requests import EDGE_CASES, savedmodel_requests
from dltemplates.layers import ByteTokens, CharacterTokens, WordTokens
from dltemplates.project.text_predictor import (
    ExportedPredictor,
    KerasPredictor,
)
from tests.export.small_text_model import NAMES, finish_text_model, small_texts


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> keras.Model:
    """As the export command finds it: saved and loaded."""
    path = tmp_path_factory.mktemp("run") / "model.keras"
    finish_text_model().save(path)
    return keras.models.load_model(path, compile=False, safe_mode=True)


def export(model: keras.Model, folder, requests: list[Request] | None = None):
    requests = savedmodel_requests(model, small_texts()) if requests is None else requests
    return export_savedmodel(
        text_classifier_archive(model), folder, lambda version: check_parity(version, requests)
    )


def in_process_difference(version, requests: list[Request]) -> float:
    """The largest difference of probabilities; a fresh process, as the gate's, takes seconds."""
    loaded = tf.saved_model.load(str(version))
    differences = []
    for request in requests:
        if "probabilities" not in request.expected:
            continue
        inputs = {name: tf.constant(value) for name, value in request.inputs.items()}
        answer = loaded.signatures["serving_default"](**inputs)["probabilities"]
        differences.append(np.abs(answer - request.expected["probabilities"]).max())
    return max(differences)


@pytest.fixture(scope="module")
def exported(model, tmp_path_factory):
    return export(model, tmp_path_factory.mktemp("export") / "reviews")


def test_version_folder_and_proof(exported):
    """The proof runs in a process without Keras: TensorFlow alone answers."""
    version, parity = exported
    assert version.name == "1" and (version / "saved_model.pb").exists()
    assert json.loads((version / "parity.json").read_text()) == parity.as_dict()
    assert parity.largest_difference <= 1e-5
    assert {case.case for case in parity.cases} >= {"64 texts", *EDGE_CASES}
    assert parity.items == 1 + 3 + 64 + 2 * len(EDGE_CASES) + 2 * len(small_texts())


def test_signatures(exported, model):
    loaded = tf.saved_model.load(str(exported[0]))
    texts = small_texts(20)
    answer = loaded.signatures["serving_default"](text=tf.constant(texts))
    assert set(answer) == {"label", "probabilities", "top_labels", "top_probabilities"}
    expected = expected_probabilities(model, texts)
    np.testing.assert_allclose(answer["probabilities"], expected, atol=1e-5)
    labels = [label.decode() for label in answer["label"].numpy()]
    assert labels == [NAMES[index] for index in expected.argmax(axis=1)]
    assert len(set(labels)) > 1  # else the test would not see labels in a wrong order
    np.testing.assert_array_equal(answer["top_labels"][:, 0], answer["label"])
    assert answer["top_labels"].shape == (20, 3)
    assert (np.diff(answer["top_probabilities"]) <= 0).all()


def test_metadata(exported):
    metadata = tf.saved_model.load(str(exported[0])).signatures["metadata"]()
    assert [name.decode() for name in metadata["class_names"].numpy()] == NAMES
    assert metadata["kind"].numpy() == b"text classifier"
    assert metadata["tokenisation"].numpy() == b"character"
    assert metadata["max_length"].numpy() == 64
    assert not metadata["multi_label"].numpy() and "subword_model" not in metadata


def test_hangul_answers_alike_however_it_is_written(exported):
    texts = ["재미있는 영화", "연기가 최고"]
    apart = [unicodedata.normalize("NFD", text) + " \n" for text in texts]
    answers = ExportedPredictor(exported[0]).probabilities([*texts, *apart])
    np.testing.assert_allclose(answers[:2], answers[2:], atol=1e-6)
    assert np.abs(answers[0] - answers[1]).max() > 1e-3


def test_both_predictors_give_the_same_answers(exported, model):
    texts = ["최고 😀", "", "not bad", "\ud800", b"\xff\xfe", *small_texts(600)]
    ours = KerasPredictor(model).predict(texts, top_k=2)
    theirs = ExportedPredictor(exported[0].parent).predict(texts, top_k=2)
    assert len(ours) == len(theirs) == len(texts)
    for left, right in zip(ours, theirs, strict=True):
        assert left.text == right.text and left.labels is None
        assert [name for name, _ in left.classes] == [name for name, _ in right.classes]
        shares = [[share for _, share in answer.classes] for answer in (left, right)]
        np.testing.assert_allclose(*shares, atol=1e-5)
    answer = ours[0].as_dict()
    assert answer["text"] == "최고 😀" and answer["label"] == answer["top"][0]["label"]
    assert len(answer["top"]) == 2
    assert ours[4].text == "\ufffd\ufffd"
    assert KerasPredictor(model).predict([], top_k=1) == []


def test_several_labels(tmp_path):
    model = finish_text_model(activation="sigmoid")
    assert is_multi_label(model)
    model.get_layer("network").layers[-1].bias.assign([-1.0, -1.0, -1.0])
    text_classifier_archive(model).write_out(str(tmp_path), verbose=False)
    loaded = tf.saved_model.load(str(tmp_path))
    texts = small_texts(30)
    answer = loaded.signatures["serving_default"](text=tf.constant(texts))
    assert "label" not in answer
    expected = expected_probabilities(model, texts)
    counts = (expected >= 0.5).sum(axis=1)
    assert counts.min() == 0 and counts.max() > 1
    for row, labels in zip(expected, answer["labels"].numpy(), strict=True):
        named = zip(NAMES, row >= 0.5, strict=True)
        assert [label.decode() for label in labels] == [name if has else "" for name, has in named]
    assert loaded.signatures["metadata"]()["multi_label"].numpy()
    for predictor in (KerasPredictor(model), ExportedPredictor(tmp_path)):
        answers = predictor.predict(texts, top_k=1)
        wanted = [[NAMES[i] for i in np.flatnonzero(row >= 0.5)] for row in expected]
        assert [answer.labels for answer in answers] == wanted
        assert answers[0].as_dict()["labels"] == wanted[0]
    requests = savedmodel_requests(model, texts[:4])
    np.testing.assert_array_equal(requests[1].expected["labels"], answer["labels"][:3])


def test_bytes_as_tokens(tmp_path):
    model = finish_text_model(ByteTokens(100, name="tokens"))
    text_classifier_archive(model).write_out(str(tmp_path), verbose=False)
    assert in_process_difference(tmp_path, savedmodel_requests(model, small_texts())) < 1e-5
    metadata = tf.saved_model.load(str(tmp_path)).signatures["metadata"]()
    assert (metadata["tokenisation"], metadata["max_length"]) == (b"byte", 100)


def test_the_vocabulary_of_words_travels_with_the_export(tmp_path):
    """Through the gate: a lookup table is what an export loses first."""
    finish_text_model(WordTokens(["영화", "not", "최고"], 30, name="tokens")).save(
        tmp_path / "model.keras"
    )
    model = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    version, _ = export(model, tmp_path / "reviews")
    answers = ExportedPredictor(version).probabilities(["영화", "not", "최고", "x", "y"])
    np.testing.assert_allclose(answers[3], answers[4], atol=1e-6)
    assert len(np.unique(answers[:4].round(4), axis=0)) == 4


def test_other_normalisation_fails_the_gate_and_leaves_nothing(model, tmp_path):
    other = finish_text_model(network=model.get_layer("network"), normalise=False)
    requests = savedmodel_requests(model, small_texts())
    with pytest.raises(ExportError, match="does not answer as the model does"):
        export(other, tmp_path / "export" / "reviews", requests)
    assert not list(tmp_path.iterdir())


def test_an_answer_that_depends_on_the_other_texts_is_found_out(tmp_path):
    tokens = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(997, 8)(keras.ops.mod(tokens, 997))
    x = keras.layers.GlobalAveragePooling1D()(x)  # of the padding, too
    network = keras.Model(tokens, keras.layers.Dense(3)(x), name="network")
    model = finish_text_model(network=network)
    text_classifier_archive(model).write_out(str(tmp_path), verbose=False)
    assert in_process_difference(tmp_path, savedmodel_requests(model, small_texts())) > 1e-4


def test_labels_are_part_of_the_proof(model):
    requests = [
        each
        for each in savedmodel_requests(model, small_texts())
        if each.signature == "serving_default"
    ]
    assert len(requests) > 3
    for request in requests:
        best = request.expected["probabilities"].argmax(axis=1)
        assert [name.decode() for name in request.expected["label"]] == [NAMES[i] for i in best]


def test_what_is_no_text_classifier(model, exported, tmp_path):
    assert class_names(model) == NAMES
    with pytest.raises(ExportError, match="no finished text classifier"):
        class_names(keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)]))
    tokens = CharacterTokens(8, name="other")
    with pytest.raises(ExportError, match="no finished text classifier"):
        class_names(finish_text_model(tokens))
    with pytest.raises(ExportError, match="No exported model here"):
        ExportedPredictor(tmp_path)


def test_the_export_of_something_else(tmp_path):
    module = tf.Module()
    module.metadata = tf.function(lambda: {"class_names": tf.constant(NAMES)}, input_signature=[])
    signatures = {"metadata": module.metadata.get_concrete_function()}
    tf.saved_model.save(module, str(tmp_path), signatures)
    with pytest.raises(ExportError, match="This is no exported text classifier"):
        ExportedPredictor(tmp_path)
