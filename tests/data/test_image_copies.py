import numpy as np
import pytest

from dltemplates.data import image_copies
from dltemplates.data.encoded_images import EncodedImages
from dltemplates.data.image_copies import count_copies


def encoded(contents):
    names = [str(i) for i in range(len(contents))]
    return EncodedImages(names, np.zeros(len(contents), "int64"), contents)


def written(folder, contents):
    folder.mkdir()
    for index, each in enumerate(contents):
        (folder / str(index)).write_bytes(each)
    names = [str(folder / str(i)) for i in range(len(contents))]
    return EncodedImages(names, np.zeros(len(contents), "int64"))


TEST, TRAIN = [b"abc", b"abd", b"x", b"abc", b"long"], [b"abc", b"abe", b"lost", b""]


def test_copies_in_memory_and_on_disk(tmp_path):
    assert count_copies(encoded(TEST), encoded(TRAIN)) == 2
    on_disk = written(tmp_path / "test", TEST)
    assert count_copies(on_disk, written(tmp_path / "train", TRAIN)) == 2
    assert count_copies(on_disk, encoded(TRAIN)) == 2


def test_a_file_that_is_gone_is_no_copy(tmp_path):
    images = written(tmp_path / "a", TEST)
    (tmp_path / "a" / "0").unlink()
    assert count_copies(images, encoded(TRAIN)) == 1
    assert count_copies(encoded(TRAIN), images) == 1


def test_nothing_in_common_and_nothing_at_all():
    assert count_copies(encoded([b"1"]), encoded([b"2"])) == 0
    assert count_copies(encoded([]), encoded(TRAIN)) == 0


@pytest.mark.parametrize(("limit", "count"), [(100, 2), (5, None)])
def test_too_much_is_not_read(monkeypatch, limit, count):
    monkeypatch.setattr(image_copies, "_LIMIT", limit)
    assert count_copies(encoded(TEST), encoded(TRAIN)) == count
