"""Export of a small classifier, its proof, and that a wrong export cannot pass."""

import io
import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from dltemplates.data.image_data import load_images
from dltemplates.data.image_decoding import resizing
from dltemplates.errors import ExportError
from dltemplates.export.image_classifier import (
    class_names,
    expected_probabilities,
    image_classifier_archive,
)
from dltemplates.export.image_requests import savedmodel_requests
from dltemplates.export.parity import Request, check_parity
from dltemplates.export.savedmodel import export_savedmodel
from dltemplates.layers import BatchNormalization, ClassLabels, WhiteningConv2D

NAMES = ["고양이", "dog", "new york"]


@pytest.fixture(scope="module")
def model() -> keras.Model:
    keras.utils.set_random_seed(0)
    inputs = keras.Input((16, 16, 3))
    x = keras.layers.Rescaling(1 / 255)(inputs)
    x = BatchNormalization()(WhiteningConv2D(12, kernel_size=2)(x))
    x = keras.layers.GlobalMaxPooling2D()(keras.layers.Activation("relu")(x))
    network = keras.Model(inputs, keras.layers.Dense(3)(x))
    pixels = keras.Input((None, None, 3), name="pixels")
    probabilities = keras.layers.Softmax()(network(resizing(16, "crop")(pixels)))
    return keras.Model(pixels, ClassLabels(NAMES)(probabilities))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Photos of odd shapes and kinds."""
    rng = np.random.default_rng(1)
    folder = tmp_path_factory.mktemp("photos")
    kinds = ("jpg", "png", "webp", "bmp", "gif")
    for number in range(30):
        place = folder / NAMES[number % 3]
        place.mkdir(exist_ok=True)
        height, width = rng.integers(9, 60, 2)
        pixels = rng.integers(0, 256, (height, width, 3), "uint8")
        Image.fromarray(pixels).save(place / f"{number}.{kinds[number % 5]}")
    return folder


@pytest.fixture(scope="module")
def exported(model, folder, tmp_path_factory):
    data = load_images("path", path=str(folder), size=16)
    requests = savedmodel_requests(model, data.held_out_files())
    return export_savedmodel(
        image_classifier_archive(model),
        tmp_path_factory.mktemp("export") / "pets",
        lambda version: check_parity(version, requests),
    )


def jpeg(rng, height=20, width=30) -> bytes:
    file = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (height, width, 3), "uint8")).save(file, "JPEG")
    return file.getvalue()


def test_version_folder_and_proof(exported):
    version, parity = exported
    assert version.name == "1" and version.parent.name == "pets"
    assert (version / "saved_model.pb").exists()
    recorded = json.loads((version / "parity.json").read_text())
    assert recorded == parity.as_dict()
    assert parity.largest_difference <= 1e-5 and parity.items > 3
    assert [entry.name for entry in version.parent.iterdir()] == ["1"]


def test_signatures(exported, model, rng):
    loaded = tf.saved_model.load(str(exported[0]))
    assert {"serving_default", "pixels", "metadata"} <= set(loaded.signatures)
    images = [jpeg(rng), jpeg(rng, 16, 16), jpeg(rng, 100, 9)]
    answer = loaded.signatures["serving_default"](image_bytes=tf.constant(images))
    np.testing.assert_allclose(
        answer["probabilities"], expected_probabilities(model, images), atol=1e-5
    )
    assert answer["top_labels"].shape == (3, 3)
    assert (np.diff(answer["top_probabilities"]) <= 0).all()
    first = answer["label"].numpy()[0].decode()
    assert first == NAMES[int(answer["probabilities"][0].numpy().argmax())]
    metadata = loaded.signatures["metadata"]()
    assert [name.decode() for name in metadata["class_names"].numpy()] == NAMES
    assert metadata["image_size"].numpy().tolist() == [16, 16, 3]
    assert metadata["kind"] == b"image classifier"
    pixels = tf.zeros((2, 33, 21, 3))
    assert loaded.signatures["pixels"](pixels=pixels)["probabilities"].shape == (2, 3)


def test_a_bomb_does_not_reach_a_server_s_memory(exported):
    loaded = tf.saved_model.load(str(exported[0]))
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    with pytest.raises(tf.errors.InvalidArgumentError, match="too many pixels"):
        loaded.signatures["serving_default"](image_bytes=tf.constant([file.getvalue()]))


def test_the_next_export_is_the_next_version(exported, model):
    version, _ = export_savedmodel(
        image_classifier_archive(model), exported[0].parent, lambda _: exported[1]
    )
    assert version.name == "2"


def test_different_preprocessing_fails_the_gate_and_leaves_nothing(model, folder, tmp_path):
    data = load_images("path", path=str(folder), size=16)
    requests = savedmodel_requests(model, data.held_out_files(8))
    other = keras.models.clone_model(model)
    other.set_weights(model.get_weights())
    other.get_layer("resizing").antialias = False
    with pytest.raises(ExportError, match="does not answer as the model does"):
        export_savedmodel(
            image_classifier_archive(other),
            tmp_path / "export" / "pets",
            lambda version: check_parity(version, requests),
        )
    assert not list(tmp_path.iterdir())


def test_swapped_labels_fail_the_gate(exported, model, rng):
    images = [jpeg(rng)]
    probabilities = expected_probabilities(model, images)
    wrong = NAMES[(int(probabilities.argmax()) + 1) % 3].encode()
    request = Request(
        "serving_default",
        {"image_bytes": np.array([images[0]], object)},
        {"probabilities": probabilities, "label": np.array([wrong], object)},
    )
    with pytest.raises(ExportError, match="does not answer as the model does"):
        check_parity(exported[0], [request])


def test_not_a_number_fails_the_gate(exported, rng):
    request = Request(
        "serving_default",
        {"image_bytes": np.array([jpeg(rng)], object)},
        {"probabilities": np.full((1, 3), np.nan)},
    )
    with pytest.raises(ExportError, match="does not answer"):
        check_parity(exported[0], [request])


def test_an_export_that_cannot_be_loaded(tmp_path):
    with pytest.raises(ExportError, match="does not work in plain TensorFlow"):
        check_parity(tmp_path, [])


def test_class_names_want_labels(model):
    assert class_names(model) == NAMES
    with pytest.raises(ExportError, match="no finished image classifier"):
        class_names(keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)]))
