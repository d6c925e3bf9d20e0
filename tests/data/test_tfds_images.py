"""Against a data set that the test writes in TensorFlow Datasets' own format."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from dltemplates.data import tfds_builder, tfds_images
from dltemplates.data.encoded_images import LabelledImages, divide
from dltemplates.data.tfds_images import read_tfds_images
from dltemplates.errors import DataError

tfds = pytest.importorskip("tensorflow_datasets")


def store(folder, splits, features=None):
    features = features or tfds.features.FeaturesDict(
        {
            "image": tfds.features.Image(shape=(None, None, 3), encoding_format="png"),
            "label": tfds.features.ClassLabel(names=["moon", "sun"]),
        }
    )

    def examples(count):
        def generate():
            for number in range(count):
                pixels = np.full((8, 8, 3), 100 * (number % 2) + number, "uint8")
                yield {"image": pixels, "label": number % 2}

        return tf.data.Dataset.from_generator(
            generate,
            output_signature={
                "image": tf.TensorSpec((None, None, 3), tf.uint8),
                "label": tf.TensorSpec((), tf.int64),
            },
        )

    tfds.dataset_builders.store_as_tfds_dataset(
        name="skies",
        version="1.0.0",
        features=features,
        split_datasets={name: examples(count) for name, count in splits.items()},
        data_dir=folder,
    )


def test_reads_encoded_images(tmp_path):
    store(tmp_path, {"train": 12, "test": 4})
    found = read_tfds_images("skies", str(tmp_path))
    assert found.class_names == ["moon", "sun"]
    assert {name: len(images) for name, images in found.splits.items()} == {"train": 12, "test": 4}
    train = found.splits["train"]
    for index, label in enumerate(train.labels):
        pixels = tf.io.decode_image(train.read(index)).numpy()
        assert (pixels[0, 0, 0] >= 100) == (label == 1)


@pytest.fixture
def little_memory(tmp_path, monkeypatch):
    """As on a machine whose memory the images do not fit in."""
    monkeypatch.setattr(tfds_images, "available_memory", lambda: 0)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "dltemplates" / "skies" / "1.0.0"


def test_what_does_not_fit_in_memory_is_unpacked(tmp_path, little_memory, monkeypatch):
    store(tmp_path, {"train": 12, "test": 4})
    unpacked = read_tfds_images("skies", str(tmp_path)).splits
    monkeypatch.undo()
    kept = read_tfds_images("skies", str(tmp_path)).splits
    assert unpacked["train"].contents is None
    assert sorted(path.name for path in little_memory.iterdir()) == ["test", "train"]
    for split in ("train", "test"):
        assert [unpacked[split].read(i) for i in range(4)] == kept[split].contents[:4]
        assert unpacked[split].fingerprint(["a", "b"]) == kept[split].fingerprint(["a", "b"])
    cut = [divide(LabelledImages(["a", "b"], s, []), 0.3, 0.0, 0) for s in (unpacked, kept)]
    assert cut[0]["validation"].fingerprint(["a", "b"]) == cut[1]["validation"].fingerprint(
        ["a", "b"]
    )


def test_unpacked_once(tmp_path, little_memory):
    store(tmp_path, {"train": 12})
    read_tfds_images("skies", str(tmp_path))
    before = (little_memory / "train" / "0").stat()
    read_tfds_images("skies", str(tmp_path))
    assert (little_memory / "train" / "0").stat() == before


def test_no_room_to_unpack(tmp_path, little_memory, monkeypatch):
    store(tmp_path, {"train": 12})
    little_memory.mkdir(parents=True)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10))
    with pytest.raises(DataError, match="not enough room") as caught:
        read_tfds_images("skies", str(tmp_path))
    assert "XDG_CACHE_HOME" in str(caught.value)
    assert not list(little_memory.iterdir())


def test_no_training_split(tmp_path):
    store(tmp_path, {"test": 4})
    with pytest.raises(DataError, match="no split 'train', only: test"):
        read_tfds_images("skies", str(tmp_path))


def test_unknown_name_is_answered_in_one_line():
    with pytest.raises(DataError) as caught:
        read_tfds_images("cifar11")
    assert "knows no 'cifar11'" in str(caught.value)
    assert "Did you mean 'cifar10" in str(caught.value)
    assert len(str(caught.value)) < 300


def test_no_network(tmp_path, monkeypatch):
    monkeypatch.setattr(tfds_builder, "_HOST", ("127.0.0.1", 9))
    with pytest.raises(DataError, match="not prepared on this machine"):
        read_tfds_images("cifar10", str(tmp_path))


def test_a_name_is_wanted():
    with pytest.raises(DataError, match=r"data\.name: No TensorFlow Datasets name"):
        read_tfds_images("")
