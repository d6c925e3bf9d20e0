import numpy as np
import pytest

from dltemplates.data.encoded_images import EncodedImages, LabelledImages, divide
from dltemplates.errors import DataError


def labelled(counts, **more):
    labels = np.repeat(np.arange(len(counts)), counts).astype("int64")
    train = EncodedImages([f"image {i}" for i in range(len(labels))], labels)
    return LabelledImages([f"class {i}" for i in range(len(counts))], {"train": train, **more}, [])


def test_splits_are_disjoint_complete_in_proportion_and_repeatable():
    images = labelled([100, 50, 10])
    first, again = divide(images, 0.1, 0.2, seed=3), divide(images, 0.1, 0.2, seed=3)
    other = divide(images, 0.1, 0.2, seed=4)
    names = [set(split.names) for split in first.values()]
    assert set.union(*names) == set(images.splits["train"].names)
    assert sum(map(len, names)) == 160
    assert np.bincount(first["test"].labels).tolist() == [20, 10, 2]
    assert np.bincount(first["validation"].labels).tolist() == [10, 5, 1]
    assert [list(s.names) for s in first.values()] == [list(s.names) for s in again.values()]
    assert set(other["test"].names) != set(first["test"].names)


def test_splits_that_the_data_bring_are_kept():
    test = EncodedImages(["t0", "t1"], np.array([0, 1]))
    splits = divide(labelled([10, 10], test=test), 0.1, 0.5, seed=0)
    assert list(splits["test"].names) == ["t0", "t1"]
    assert (len(splits["train"]), len(splits["validation"])) == (18, 2)


def test_small_classes_are_in_every_split():
    splits = divide(labelled([3, 100]), 0.1, 0.1, seed=0)
    assert all(0 in split.labels for split in splits.values())


def test_fraction_zero_means_no_split():
    assert list(divide(labelled([10, 10]), 0.0, 0.1, seed=0)) == ["train", "test"]


def test_images_stay_in_their_split_when_others_come():
    before, after = divide(labelled([1000, 1000]), 0.1, 0.1, 0), labelled([1000, 1000])
    train = after.splits["train"]
    more = EncodedImages([*train.names, "new 1", "new 2"], np.append(train.labels, [0, 1]))
    after = divide(LabelledImages(after.class_names, {"train": more}, []), 0.1, 0.1, 0)
    moved = set(before["train"].names) & set(after["test"].names)
    assert len(moved) <= 2


def test_refuses_fractions_that_leave_nothing():
    with pytest.raises(DataError, match="leave nothing to train on"):
        divide(labelled([10, 10]), 0.5, 0.5, seed=0)


def test_refuses_a_class_without_training_images():
    with pytest.raises(DataError, match="no image of: class 1"):
        divide(labelled([10, 0]), 0.1, 0.1, seed=0)


def test_fingerprint_tells_data_apart(tmp_path):
    names = ["class 0", "class 1"]
    one = labelled([5, 5]).splits["train"]
    assert one.fingerprint(names) == labelled([5, 5]).splits["train"].fingerprint(names)
    assert one.fingerprint(names) != one.fingerprint(["class 1", "class 0"])
    assert one.fingerprint(names) != labelled([6, 4]).splits["train"].fingerprint(names)
