import unicodedata

import pytest
from PIL import Image

from dltemplates.data.image_manifest import read_manifest
from dltemplates.errors import DataError


@pytest.fixture
def folder(tmp_path):
    for name in ("a", "b", "c", "d"):
        Image.new("RGB", (8, 8)).save(tmp_path / f"{name}.png")
    return tmp_path


def manifest(folder, text, encoding="utf-8"):
    path = folder / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_labels_in_every_encoding_that_excel_writes(folder, encoding):
    path = manifest(folder, "file,label\na.png,고양이\nb.png,개\nc.png,고양이\n", encoding)
    found = read_manifest(path)
    assert set(found.class_names) == {"고양이", "개"}
    assert found.splits["train"].labels.tolist().count(found.class_names.index("고양이")) == 2


def test_splits(folder):
    rows = "a.png,x,train\nb.png,y,Train\nc.png,x,val\nd.png,y,test\n"
    found = read_manifest(manifest(folder, f"file,label,split\n{rows}"))
    assert {k: len(v) for k, v in found.splits.items()} == {"train": 2, "validation": 1, "test": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Cannot read this manifest"),
        ("file,label\n", "lists no image"),
        ("path,label\na.png,x\n", "No column 'file'"),
        ("file,label\na.png,x\nb.png,\n", r"1 row\(s\) have no label .line 3: 'b.png'"),
        ("file,label\na.png,x\nz.png,y\n", r"do not exist .line 3: 'z.png'"),
        ("file,label\na.png,x\na.png,y\n", "list a file again"),
        ("file,label\na.png,x\nb.png,x\n", "Only 1 class"),
        ("file,label,split\na.png,x,tset\nb.png,y,train\n", "Unknown split 'tset'"),
        ("file,label,split\na.png,x,test\nb.png,y,test\n", "No row has the split 'train'"),
    ],
)
def test_refusals(folder, text, message):
    with pytest.raises(DataError, match=message):
        read_manifest(manifest(folder, text))


def test_spaces_blank_lines_and_trailing_commas(folder):
    text = "file, label,\na.png, x,\n\n,,\nb.png,y,\n./a.png,y,\n"
    with pytest.raises(DataError, match=r"1 row\(s\) list a file again \(line 6: './a.png'\)"):
        read_manifest(manifest(folder, text))
    found = read_manifest(manifest(folder, text.replace("./a.png,y,\n", "")))
    assert found.class_names == ["x", "y"]


def test_composed_and_decomposed_labels_are_one_class(folder):
    decomposed = unicodedata.normalize("NFD", "가")
    text = f"file,label\na.png,가\nb.png,{decomposed}\nc.png,나\n"
    assert len(read_manifest(manifest(folder, text)).class_names) == 2


def test_refuses_another_encoding(folder):
    path = folder / "list.csv"
    path.write_bytes(b"file,label\na.png,\xff\xff\xff\n")
    with pytest.raises(DataError, match="neither UTF-8 nor cp949"):
        read_manifest(path)
