"""Images of a folder, answered into a table by a network that was never trained."""

import json

import click
import keras
import numpy as np
import pytest
from PIL import Image

from dltemplates.data.class_folders import IMAGE_SUFFIXES
from dltemplates.data.image_decoding import resizing
from dltemplates.data.input_files import InputFiles
from dltemplates.errors import DataError
from dltemplates.layers import ClassLabels
from dltemplates.project.batch_prediction import write_answers
from dltemplates.project.class_columns import ClassColumns
from dltemplates.project.image_batch import image_batch
from dltemplates.project.image_predictor import KerasPredictor

NAMES = ["고양이", "dog"]
BROKEN = {"3.jpg": b"", "7.png": b"no image", "8.jpg": b"\xff\xd8\xff\xe0 cut off"}


@pytest.fixture(scope="module")
def predictor():
    keras.utils.set_random_seed(0)
    pixels = keras.Input((None, None, 3), name="pixels")
    flat = keras.layers.Flatten()(resizing(8, "crop")(pixels))
    shares = keras.layers.Dense(2, activation="softmax")(keras.layers.Rescaling(1 / 255)(flat))
    return KerasPredictor(keras.Model(pixels, ClassLabels(NAMES)(shares)))


@pytest.fixture
def photos(tmp_path, rng, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("dltemplates.project.image_batch._CHUNK", 4)
    (tmp_path / "사진").mkdir()
    for number in range(10):
        size = (*rng.integers(9, 40, 2), 3)
        image = Image.fromarray(rng.integers(0, 256, size, "uint8"))
        image.save(tmp_path / f"사진/{number}.{'png' if number % 2 else 'jpg'}")
    for name, content in BROKEN.items():
        (tmp_path / "사진" / name).write_bytes(content)
    return tmp_path


def predict(predictor, target, files, **how):
    how = {"resume": False, "overwrite": False, "as_json": False, **how}
    columns = ClassColumns(predictor.names, all_classes=True)
    write_answers(image_batch(predictor, files, target, "digest", columns), target, **how)


def test_every_image_has_a_row_and_broken_ones_an_error(predictor, photos, capsys):
    (photos / "list.txt").write_text("gone.jpg\n사진/0.jpg\n", "utf-8")
    files = InputFiles(["사진"], IMAGE_SUFFIXES, photos / "list.txt")
    with pytest.raises(click.exceptions.Exit) as ended:
        predict(predictor, photos / "a.jsonl", files)
    assert ended.value.exit_code == 1
    assert "4 of 13 images could not be read" in capsys.readouterr().err
    rows = [json.loads(line) for line in (photos / "a.jsonl").read_text("utf-8").splitlines()]
    assert [row["file"] for row in rows] == list(files)
    errors = {row["file"].removeprefix("사진/"): row["error"] for row in rows if row["error"]}
    assert set(errors) == {*BROKEN, "gone.jpg"}
    assert errors["3.jpg"] == "empty file" and "no such file" in errors["gone.jpg"]
    for row in rows:
        if row["error"]:
            assert row["label"] is None and row["probability of dog"] is None
            continue
        (alone,) = predictor.predict([row["file"]], 1)
        assert row["label"] == alone.classes[0][0]
        np.testing.assert_allclose(row["probability"], alone.classes[0][1], atol=1e-6)


def test_other_images_than_before_are_refused(predictor, photos, monkeypatch):
    files = InputFiles(["사진"], IMAGE_SUFFIXES)
    answers, asked = KerasPredictor.answers, []

    def stopping(self, contents):
        asked.append(len(contents))
        if len(asked) == 2:
            raise KeyboardInterrupt
        return answers(self, contents)

    with monkeypatch.context() as patch:
        patch.setattr(KerasPredictor, "answers", stopping)
        with pytest.raises(KeyboardInterrupt):
            predict(predictor, photos / "a.csv", files)
    (photos / "사진/new.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"11 files .* then, 12 files .* now"):
        predict(predictor, photos / "a.csv", files, resume=True)


def test_an_error_that_no_image_is_to_blame_for_is_raised(predictor, photos, monkeypatch):
    import tensorflow as tf

    def exhausted(self, images):
        raise tf.errors.ResourceExhaustedError(None, None, "memory")

    monkeypatch.setattr(KerasPredictor, "probabilities", exhausted)
    with pytest.raises(tf.errors.ResourceExhaustedError):
        predictor.answers([(photos / "사진/0.jpg").read_bytes()])
