"""What cannot be used, and what must never happen."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from dltemplates.errors import DataError
from dltemplates.inspection import file_head, table_file
from dltemplates.inspection.inspector import inspect
from dltemplates.scaffold import answers, catalog
from tests.inspection.small_data import (
    ENGLISH,
    write_images,
    write_log,
    write_series,
    write_texts,
)

FILES = {
    "empty.csv": (b"", "empty"),
    "blank.csv": (b"\n\n", "first line|empty|row"),
    "names.csv": (b"a,b\n", "no row"),
    "one.csv": (b"time,a\n2024-01-01,1\n", "single row"),
    "bytes.csv": (bytes(range(256)) * 20, "binary"),
    "utf16.csv": ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
    "utf16le.csv": ("a,b\n1,2\n".encode("utf-16-le"), "UTF-16"),
    "utf16be.csv": ("a,b\n1,2\n".encode("utf-16-be"), "UTF-16"),
    "zeros.csv": (bytes(5000), "binary"),
    "torn.csv": (b"a,b\n1,2\n" + bytes(3000) + b"3,4\n" * 300, "binary"),
    "faked.csv": (b"PK\x03\x04 and so on", "Excel"),
    "book.xlsx": (b"PK\x03\x04", "workbook"),
    "all.zip": (b"PK\x03\x04", "archive"),
    "arrays.npz": (b"PK\x03\x04", "not read"),
    "boxes.xml": (b"<annotation/>", "boxes"),
    "a.jpg": (b"\xff\xd8", "single image"),
    "a.weights": (b"x", "not read"),
    "list.json": (b'[{"a": 1}]', "texts|list"),
    "cut.parquet": (b"PAR1 and no more", "Parquet"),
    "return.csv": (b"date,a\rb,c\n2024-01-01,1,2\n", "Cannot read"),
    "line.csv": (b"1," * 600_000, "no names of columns"),
    "field.txt": (b"x" * 200_000, "Cannot read|no row"),
    "deep.jsonl": (b"[" * 100_000 + b"\n", "texts"),
    "latin1.csv": ("a,b\nZürich \xff\xfe,2\n".encode("latin-1") * 9, "neither UTF-8 nor cp949"),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_cannot_be_used(tmp_path, name):
    content, words = FILES[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=words) as caught:
        inspect(tmp_path / name)
    assert caught.value.hint
    assert name in str(caught.value)


def test_places_that_cannot_be_used(tmp_path):
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other/a.pdf").write_text("x")
    os.mkfifo(tmp_path / "pipe.csv")
    for name in ("none", "link", "empty", "other", "pipe.csv"):
        with pytest.raises(DataError):
            inspect(tmp_path / name)
    with pytest.raises(DataError, match="the whole file system"):
        inspect(tmp_path.anchor)


def test_tables_that_differ_are_refused(tmp_path):
    write_log(tmp_path / "a.csv")
    write_series(tmp_path / "b.csv", 100, "D")
    with pytest.raises(DataError, match="different columns"):
        inspect(tmp_path)


def test_what_else_lies_in_a_folder_is_told(tmp_path):
    write_images(tmp_path, {"cat": 20, "dog": 20})
    for number in range(10):
        (tmp_path / "cat" / f"{number}.txt").write_text("a note")
    assert any("10 texts" in words for words in inspect(tmp_path).need().finding.concerns)


@pytest.mark.parametrize("template", ["cnn-classifier", "lstm-forecaster"])
def test_a_table_is_no_other_templates_whatever_else_is_wrong_with_it(tmp_path, template):
    (tmp_path / "a.csv").write_text("a,b\n" + "1,2\n2,1\n" * 10)  # too few rows as well
    with pytest.raises(DataError, match=f"does not fit {template}: it is a table without"):
        inspect(tmp_path / "a.csv", template=template)


def test_images_are_no_texts(tmp_path):
    write_images(tmp_path, {"cat": 3, "dog": 3})
    with pytest.raises(DataError, match="No data that transformer-classifier reads"):
        inspect(tmp_path, template="transformer-classifier")


def test_a_template_that_does_not_fit(tmp_path):
    choice = inspect(write_images(tmp_path, {"cat": 3, "dog": 3}), template="lstm-forecaster")
    with pytest.raises(DataError, match="does not fit lstm-forecaster"):
        choice.for_template("lstm-forecaster")


@pytest.mark.parametrize("kind", ["series", "texts", "parquet"])
def test_of_a_large_file_the_beginning_is_read(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(table_file, "LARGEST", 30_000)
    monkeypatch.setattr("dltemplates.inspection.text_data.LARGEST", 30_000)
    monkeypatch.setattr(file_head, "_PARQUET_ROWS", 1_000)
    path = tmp_path / "a.csv"
    if kind == "texts":
        write_texts(path, ENGLISH, 3000)
    else:
        write_series(path, 4000, "h", period=24)
    if kind == "parquet":
        table = pd.read_csv(path)
        path = tmp_path / "a.parquet"
        table.to_parquet(path)
    before = set(os.listdir(tmp_path))
    finding = inspect(path).need().finding
    assert 0 < finding.part < 1
    assert "Only the first" in finding.worth_knowing()[0]
    assert finding.path == path
    assert set(os.listdir(tmp_path)) == before


def test_a_field_that_the_beginning_would_cut_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr("dltemplates.inspection.text_columns._HEAD", 10_000)
    monkeypatch.setattr("dltemplates.inspection.text_data.LARGEST", 30_000)
    rows = [f'"It was, on\nthe whole,\n""film"" {row}",{row % 2}\n' for row in range(2000)]
    path = tmp_path / "a.csv"
    path.write_text("text,label\n" + "".join(rows))
    finding = inspect(path).need().finding
    assert finding.concerns == ()
    assert 500 < sum(finding.texts.values()) < 2000


def test_errors_about_the_beginning_name_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(table_file, "LARGEST", 1_000)
    path = tmp_path / "a.csv"
    path.write_text("time,a\n" + "2024-01-01,1\n2024-01-01,2\n" * 200)
    with pytest.raises(DataError) as caught:
        inspect(path)
    assert caught.value.where == str(path)


def test_data_are_only_read(tmp_path):
    write_images(tmp_path / "images", {"cat": 3, "dog": 3})
    write_log(tmp_path / "log.csv")
    write_texts(tmp_path / "texts.csv", ENGLISH)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    for name in ("images", "log.csv", "texts.csv"):
        inspect(tmp_path / name)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("budget", [None, 1.0, 60.0, 36_000.0])
def test_templates_take_what_is_recommended(tmp_path, budget):
    write_images(tmp_path / "images", {"cat": 30, "dog": 30}, size=(300, 100), grey=True)
    write_log(tmp_path / "log.csv")
    write_texts(tmp_path / "texts.csv", ENGLISH, text="review", label="verdict")
    write_series(tmp_path / "series.csv", 400, "D", period=7)
    for name in ("images", "log.csv", "texts.csv", "series.csv"):
        candidate = inspect(tmp_path / name, time_budget=budget).need()
        template = catalog.find(candidate.template)
        values = {
            key: template.parameters[key].check(value) for key, value in candidate.values().items()
        }
        found = answers.resolve(template, {}, suggested=values)
        assert {key: found.values[key] for key in values} == values
        assert set(values) <= set(found.applied)


SCRIPT = """
import sys
from pathlib import Path
from dltemplates.inspection.inspector import inspect
for name in sys.argv[1:]:
    inspect(Path(name))
print(*(name for name in ("tensorflow", "keras", "sklearn", "matplotlib") if name in sys.modules))
"""


def test_no_framework_is_ever_loaded(tmp_path):
    places: list[Path] = [
        write_images(tmp_path / "images", {"cat": 3, "dog": 3}),
        write_log(tmp_path / "log.csv"),
        write_texts(tmp_path / "texts.csv", ENGLISH),
        write_series(tmp_path / "series.csv", 400, "D", period=7),
    ]
    command = [sys.executable, "-c", SCRIPT, *map(str, places)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""
