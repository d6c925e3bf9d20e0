import os
import shutil

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from dltemplates.data.encoded_images import EncodedImages
from dltemplates.data.image_augmentation import Augmentation
from dltemplates.data.image_batches import balancing_weights, evaluation_batches, training_batches
from dltemplates.data.image_data import ImageSplit, load_images
from dltemplates.errors import DataError


@pytest.fixture
def folder(tmp_path, rng):
    """Forty images of two classes; the colour of each says which it is."""
    for label, name in enumerate(("dark", "light")):
        (tmp_path / name).mkdir()
        for number in range(20):
            pixels = np.full((9, 9, 3), 100 * label + number, "uint8")
            Image.fromarray(pixels).save(tmp_path / name / f"{number}.png")
    return tmp_path


@pytest.fixture(params=[True, False], ids=["in memory", "streamed"])
def data(folder, request):
    return load_images("path", path=str(folder), size=8, cache=request.param)


def test_splits(data):
    assert (len(data.train), len(data.validation), len(data.test)) == (32, 4, 4)
    assert (data.train.pixels is not None) == data.cache
    assert data.train.sample(5).shape == (5, 8, 8, 3)
    assert data.class_names == ["dark", "light"]


def test_every_pass_shows_every_image_once_in_another_order(data):
    batches = training_batches(data.train, 2, 10, seed=1, augment=Augmentation())
    images = np.concatenate([x[:, 0, 0, 0] for x, _ in batches.take(16)])  # five passes of 32
    passes = images.reshape(5, 32)
    expected = np.sort(data.train.sample(32)[:, 0, 0, 0])
    for one in passes:
        np.testing.assert_array_equal(np.sort(one), expected)
    assert len({one.tobytes() for one in passes}) == 5


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_a_pass_has_nothing_of_the_files_order(seed):
    pixels = np.arange(1000, dtype="uint16")[:, None, None, None] // 4
    encoded = EncodedImages([str(n) for n in range(1000)], np.zeros(1000, "int64"))
    split = ImageSplit(encoded, pixels.astype("uint8"), load=None)
    batches = training_batches(split, 2, 1000, seed=seed, augment=Augmentation())
    for images, _ in batches.take(3):
        order = images.numpy()[:, 0, 0, 0].astype(float)
        assert abs(np.corrcoef(order, np.arange(1000))[0, 1]) < 0.1


def test_labels_belong_to_their_images(data):
    for images, labels in training_batches(
        data.train, 2, 8, seed=0, augment=Augmentation(mirror=True)
    ).take(4):
        np.testing.assert_array_equal(images[:, 0, 0, 0] >= 100, labels.numpy().argmax(1) == 1)


def test_batches_go_on_where_they_stopped(data):
    def batches(start, count):
        stream = training_batches(
            data.train, 2, 8, seed=3, augment=Augmentation(shift=0.2), first_step=start
        )
        return [images.numpy() for images, _ in stream.take(count)]

    np.testing.assert_array_equal(batches(0, 9)[5:], batches(5, 4))


def test_memory_and_disk_give_the_same_batches(folder):
    one, other = (
        load_images("path", path=str(folder), size=8, cache=cache) for cache in (True, False)
    )
    for left, right in zip(
        training_batches(one.train, 2, 8, seed=0, augment=Augmentation()).take(6),
        training_batches(other.train, 2, 8, seed=0, augment=Augmentation()).take(6),
        strict=True,
    ):
        np.testing.assert_array_equal(left[0], right[0])


def test_evaluation_batches_show_every_image_once_in_order(data):
    batches = list(evaluation_batches(data.train, 2, 10))
    assert [len(images) for images, _ in batches] == [10, 10, 10, 2]
    np.testing.assert_array_equal(
        np.concatenate([labels.numpy().argmax(1) for _, labels in batches]), data.train.labels
    )


def test_class_weights_become_sample_weights(data):
    stream = training_batches(
        data.train, 2, 8, seed=0, augment=Augmentation(), class_weights=np.array([0.5, 3.0])
    )
    _, labels, weights = next(iter(stream))
    np.testing.assert_allclose(weights, np.where(labels.numpy().argmax(1) == 1, 3.0, 0.5))


def test_balancing_weights_average_to_one():
    labels = np.array([0] * 9 + [1])
    weights = balancing_weights(labels, 2)
    assert weights[1] == pytest.approx(9 * weights[0])
    assert weights[labels].mean() == pytest.approx(1.0)


def test_statistics_are_of_the_training_split_only(folder):
    data = load_images("path", path=str(folder), size=8, seed=5)
    mean, variance = data.mean_and_variance()
    pixels = data.train.pixels.astype(float)
    np.testing.assert_allclose(mean, pixels.mean((0, 1, 2)))
    np.testing.assert_allclose(variance, pixels.var((0, 1, 2)))


@pytest.mark.parametrize("cache", [True, False])
def test_broken_files_are_listed_and_skipped(folder, cache, caplog):
    (folder / "dark" / "0.png").write_bytes(b"")
    (folder / "dark" / "1.png").write_bytes(b"plain text")
    (folder / "light" / "2.png").write_bytes((folder / "light" / "3.png").read_bytes()[:60])
    data = load_images(
        "path", path=str(folder), size=8, test_fraction=0, validation_fraction=0,
        cache=cache, broken_limit=0.1,
    )  # fmt: skip
    assert len(data.train) == 37
    reasons = {name.split("/", 1)[1][-10:]: reason for name, reason in data.skipped.items()}
    assert sorted(reasons.values())[1:] == ["empty file", "not a JPEG, PNG, GIF, BMP or WebP image"]
    assert "3 of 40 train images cannot be read" in caplog.text
    images, labels = next(iter(training_batches(data.train, 2, 37, seed=0, augment=Augmentation())))
    np.testing.assert_array_equal(images[:, 0, 0, 0] >= 100, labels.numpy().argmax(1) == 1)


def test_too_many_broken_files_are_an_error(folder):
    for number in range(10):
        (folder / "dark" / f"{number}.png").write_bytes(b"")
    data = load_images("path", path=str(folder), size=8, test_fraction=0, validation_fraction=0)
    with pytest.raises(DataError, match=r"(?s)10 of 40 train images.*and 5 more") as e:
        _ = data.train
    assert "data.broken_limit" in str(e.value)


def test_a_class_whose_images_are_all_broken_is_an_error(folder):
    for file in (folder / "dark").iterdir():
        file.write_bytes(b"")
    data = load_images("path", path=str(folder), size=8, broken_limit=1.0)
    with pytest.raises(DataError, match="No readable training image of: dark"):
        _ = data.train


def test_no_broken_file_is_skipped_at_a_limit_of_zero(folder):
    (folder / "dark" / "0.png").write_bytes(b"")
    data = load_images("path", path=str(folder), size=8, test_fraction=0, broken_limit=0.0)
    with pytest.raises(DataError, match="1 of "):
        _ = data.train, data.validation


def test_file_names_that_are_not_utf8(folder):
    name = os.fsencode(folder / "dark") + b"/\xb0\xb3.png"
    shutil.copy(folder / "dark" / "0.png", name)
    data = load_images("path", path=str(folder), size=8, test_fraction=0, validation_fraction=0)
    assert len(data.train) == 41


def test_two_images_a_class(folder, caplog):
    for name in ("dark", "light"):
        for number in range(2, 20):
            (folder / name / f"{number}.png").unlink()
    data = load_images("path", path=str(folder), size=8)
    assert len(data.train) == 4 and data.validation is None
    assert "Too few images" in caplog.text


def test_digits():
    data = load_images("sample", channels=1, size=8)
    assert data.class_names == [str(digit) for digit in range(10)]
    assert len(data.train) + len(data.validation) + len(data.test) == 1797
    assert data.train.pixels.max() == 255 and not data.mirrors


def test_path_is_wanted():
    with pytest.raises(DataError, match="No path given"):
        load_images("path")


def test_options_have_no_autotune(data):
    options = training_batches(data.train, 2, 8, seed=0, augment=Augmentation()).options()
    assert options.autotune.enabled is False
    assert isinstance(options, tf.data.Options)
