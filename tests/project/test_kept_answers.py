import numpy as np
import pytest

from dltemplates.data.encoded_images import EncodedImages
from dltemplates.data.image_data import ImageSplit
from dltemplates.evaluation.image_answers import ImageAnswers
from dltemplates.project import kept_answers

NAMES = ["cat", "dog"]


def split_of(contents):
    encoded = EncodedImages([str(i) for i in range(3)], np.array([0, 1, 1]), contents)
    return ImageSplit(encoded, None, lambda index: index)


@pytest.fixture
def images():
    return split_of([b"a", b"b", b"c"])


@pytest.fixture
def kept(tmp_path, images):
    (tmp_path / "model.keras").write_bytes(b"weights")
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]], "float32")
    answers = ImageAnswers(probabilities, np.array([0, 1, 0]), 7)
    kept_answers.keep(tmp_path, images, NAMES, answers)
    return answers


def test_are_found_again(kept, images, tmp_path):
    found = kept_answers.find(tmp_path, images, NAMES)
    np.testing.assert_array_equal(found.probabilities, kept.probabilities)
    np.testing.assert_array_equal(found.linear, kept.linear)
    assert found.learned_from == 7


def test_are_of_no_other_model_images_or_classes(kept, images, tmp_path):
    find = kept_answers.find
    assert find(tmp_path, split_of([b"a", b"b", b"cc"]), NAMES) is None
    assert find(tmp_path, images, ["dog", "cat"]) is None
    (tmp_path / "model.keras").write_bytes(b"other weights")
    assert find(tmp_path, images, NAMES) is None


def test_what_is_damaged_or_not_there_is_measured_anew(kept, images, tmp_path):
    path = tmp_path / kept_answers.FILE
    whole = path.read_bytes()
    for damage in (b"", whole[:-30], whole.replace(b"NUMPY", b"NUMPX"), b"\x80\x04K\x01."):
        path.write_bytes(damage)
        assert kept_answers.find(tmp_path, images, NAMES) is None
    path.unlink()
    assert kept_answers.find(tmp_path, images, NAMES) is None
