"""Texts of large files, one after the other."""

import json

import pandas as pd
import pytest

from dltemplates.data.text_stream import about_rows, stream_texts
from dltemplates.data.text_table import read_text_column
from dltemplates.errors import DataError

TEXTS = ["정말 재미있어요", 'so "good", really', "", "여러\n줄"]


def write(path, encoding="utf-8"):
    frame = pd.DataFrame({"id": range(len(TEXTS)), "text": TEXTS})
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".jsonl":
        frame.to_json(path, orient="records", lines=True, force_ascii=False)
    else:
        frame.to_csv(path, index=False, encoding=encoding, sep="," if ".csv" in path.name else "\t")
    return str(path)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_is_what_is_read_at_once(tmp_path, name):
    path = tmp_path / name
    file = write(path)
    streamed = list(stream_texts([file], "text"))
    at_once = read_text_column(path, "text")
    assert [(each.number, each.text) for each in streamed] == [(r.number, r.text) for r in at_once]
    assert [each.text for each in streamed] == TEXTS
    assert not any(each.fault for each in streamed)
    assert about_rows(path) >= len(TEXTS)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949"])
def test_korean_files_of_excel(tmp_path, encoding):
    file = write(tmp_path / "a.csv", encoding)
    assert [each.text for each in stream_texts([file], "text")] == TEXTS


def test_one_text_a_line(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("첫째 줄입니다\r\n\r\nlast".encode("cp949"))
    found = list(stream_texts([str(path)], None))
    assert [(each.number, each.text) for each in found] == [
        (1, "첫째 줄입니다"),
        (2, ""),
        (3, "last"),
    ]


def test_a_broken_row_has_a_fault_and_the_others_are_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,text\n1,one\n2\n3,three\n")
    found = list(stream_texts([str(path)], "text"))
    assert [each.text for each in found] == ["one", "", "three"]
    assert [each.fault for each in found] == ["", "has 1 field instead of 2", ""]
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "one"}\nnonsense\n{"text": ["list"]}\n')
    faults = [each.fault for each in stream_texts([str(path)], "text")]
    assert faults == ["", "is no JSON", "has no text"]


def test_of_several_files_a_broken_one_is_one_item(tmp_path):
    good = write(tmp_path / "a.csv")
    broken = tmp_path / "b.csv"
    broken.write_bytes(b"id,text\n1,\xff\xff\xff\n")
    with pytest.raises(DataError):
        list(stream_texts([str(broken)], "text"))
    found = list(stream_texts([good, str(broken), good], "text"))
    assert len(found) == 2 * len(TEXTS) + 1
    assert found[len(TEXTS)].number is None and "UTF-8" in found[len(TEXTS)].fault


def test_a_column_that_no_line_has_is_refused_before_the_first_answer(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"review": "x"}) + "\n" for _ in range(3)))
    with pytest.raises(DataError, match="There is no column 'text'"):
        next(stream_texts([str(path)], "text"))


def test_a_table_without_its_column_is_refused(tmp_path):
    with pytest.raises(DataError, match="--text-column"):
        next(stream_texts([write(tmp_path / "a.csv")], None))
