import os
import unicodedata

import numpy as np
import pytest
from PIL import Image

from dltemplates.data.class_folders import natural_order, read_class_folders
from dltemplates.errors import DataError


def put(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        Image.new("RGB", (8, 8)).save(folder / name)


def test_class_folders(tmp_path):
    for name in ("10", "2", "1"):
        put(tmp_path / name, "a.png", "b.jpg")
    (tmp_path / "2" / "notes.txt").write_text("not an image")
    (tmp_path / "2" / ".hidden.png").write_text("")
    (tmp_path / ".git").mkdir()
    found = read_class_folders(tmp_path)
    assert found.class_names == ["1", "2", "10"]
    assert list(found.splits) == ["train"]
    np.testing.assert_array_equal(found.splits["train"].labels, [0, 0, 1, 1, 2, 2])
    assert [name.rsplit("/")[-1] for name in found.ignored] == ["notes.txt"]


def test_split_folders(tmp_path):
    for split, count in (("train", 3), ("val", 2), ("Test", 1)):
        for name in ("고양이", "개"):
            put(tmp_path / split / name, *[f"사진 {i}.png" for i in range(count)])
    found = read_class_folders(tmp_path)
    assert {name: len(images) for name, images in found.splits.items()} == {
        "train": 6,
        "validation": 4,
        "test": 2,
    }
    assert set(found.class_names) == {"고양이", "개"}


def test_decomposed_and_composed_korean_names_are_one_class(tmp_path):
    put(tmp_path / "train" / "개", "1.png")
    put(tmp_path / "train" / unicodedata.normalize("NFD", "고양이"), "1.png")
    put(tmp_path / "test" / unicodedata.normalize("NFC", "고양이"), "2.png")
    put(tmp_path / "test" / "개", "2.png")
    assert len(read_class_folders(tmp_path).class_names) == 2


def test_natural_order():
    assert sorted(["b10", "b2", "B1", "a"], key=natural_order) == ["a", "B1", "b2", "b10"]


def test_equal_names_but_for_case_or_zeros_have_one_order(tmp_path):
    for name in ("a", "A", "1", "01", "①", "²"):
        put(tmp_path / name, "1.png")
    found = read_class_folders(tmp_path).class_names
    assert found.index("01") < found.index("1") and found.index("A") < found.index("a")


def test_a_class_called_train(tmp_path):
    for name in ("train", "bus", "car"):
        put(tmp_path / name, "1.png")
    found = read_class_folders(tmp_path)
    assert found.class_names == ["bus", "car", "train"]


def test_names_that_are_not_utf8(tmp_path):
    put(tmp_path / "cat", "1.png")
    folder = os.fsencode(tmp_path) + "/개".encode("cp949")
    os.mkdir(folder)
    with pytest.raises(DataError, match="is not UTF-8"):
        read_class_folders(tmp_path)


def test_refusals(tmp_path):
    with pytest.raises(DataError, match="No such folder"):
        read_class_folders(tmp_path / "nowhere")
    with pytest.raises(DataError, match="No class folders"):
        read_class_folders(tmp_path)
    put(tmp_path / "cat", "1.png")
    with pytest.raises(DataError, match="Only one class here: 'cat'"):
        read_class_folders(tmp_path)
    (tmp_path / "dog").mkdir()
    with pytest.raises(DataError, match="holds no image") as caught:
        read_class_folders(tmp_path)
    assert str(tmp_path / "dog") in str(caught.value)
    (tmp_path / "file.txt").write_text("")
    with pytest.raises(DataError, match="This is a file"):
        read_class_folders(tmp_path / "file.txt")


def test_two_folders_for_one_split(tmp_path):
    for name in ("train", "val", "validation"):
        put(tmp_path / name / "a", "1.png")
    with pytest.raises(DataError, match="look like the validation split"):
        read_class_folders(tmp_path)


def test_a_link_to_itself_is_no_class(tmp_path):
    for name in ("cat", "dog"):
        put(tmp_path / name, "1.png")
    (tmp_path / "self").symlink_to("self")
    assert read_class_folders(tmp_path).class_names == ["cat", "dog"]
