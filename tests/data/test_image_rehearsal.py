import numpy as np
import pytest

from dltemplates.data.encoded_images import EncodedImages
from dltemplates.data.image_data import ImageData
from dltemplates.data.image_rehearsal import rehearse
from dltemplates.errors import DataError


def data_of(names, counts, contents=False, splits=("train", "validation", "test")):
    """Images of named classes, whose names tell class, split and number."""
    made = {}
    for split in splits:
        files = [
            f"{name}/{split}{n}"
            for name, count in zip(names, counts, strict=True)
            for n in range(count)
        ]
        labels = np.repeat(np.arange(len(names)), counts)
        encoded = [file.encode() for file in files] if contents else None
        made[split] = EncodedImages(files, labels, encoded)
    return ImageData(list(names), 8, 3, "crop", made)


def classes_of(data, split):
    """What the labels of a split call its images."""
    images = data.splits[split]
    return [data.class_names[label] for label in images.labels]


def test_some_images_of_each_old_class_come_again():
    new, old = data_of(["emu", "cat"], [5, 4]), data_of(["dog", "cat", "cow"], [9, 8, 2])
    data = rehearse(new, old, 3, seed=0)
    assert data.class_names == ["dog", "cat", "cow", "emu"]
    for split in ("train", "validation"):
        names = data.splits[split].names
        assert [name.split("/")[0] for name in names] == classes_of(data, split)
        assert all(split in name for name in names)
        counts = {name: classes_of(data, split).count(name) for name in data.class_names}
        if split == "train":
            assert counts == {"dog": 3, "cat": 4 + 3, "cow": 2, "emu": 5}
        else:  # as many as a new class has on average
            assert counts == {"dog": 5, "cat": 4 + 5, "cow": 2, "emu": 5}
        assert data.rehearsed[split] == sum(counts.values()) - 9
    assert classes_of(data, "test") == ["emu"] * 5 + ["cat"] * 4
    again = rehearse(new, old, 3, seed=0)
    assert again.describe()["fingerprints"] == data.describe()["fingerprints"]
    assert rehearse(new, old, 3, seed=1).splits["train"].names != data.splits["train"].names


def test_files_and_bytes_can_be_joined(tmp_path):
    new, old = data_of(["emu"], [2]), data_of(["dog"], [2], contents=True)
    for index, name in enumerate(new.splits["train"].names):
        (tmp_path / str(index)).write_bytes(name.encode())
    files = [str(tmp_path / str(index)) for index in range(2)]
    new.splits = {"train": EncodedImages(files, np.zeros(2, "int64"))}
    images = rehearse(new, old, 1, seed=0).splits["train"]
    assert [images.read(index).split(b"/")[0] for index in range(3)] == [b"emu", b"emu", b"dog"]


def test_labels_follow_the_names_of_the_network():
    data = data_of(["dog", "cat"], [2, 1])
    turned = data.with_classes(["cat", "cow", "dog"])
    assert classes_of(turned, "train") == classes_of(data, "train") == ["dog", "dog", "cat"]
    assert turned.describe()["fingerprints"] == data.describe()["fingerprints"]
    with pytest.raises(DataError, match="does not know: dog"):
        data.with_classes(["cat", "cow"])
