import csv
import json

import pandas as pd
import pytest

from dltemplates.data.text_table import read_text_column, read_text_table
from dltemplates.errors import DataError


def put(folder, name, content, encoding="utf-8"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def refused(path, **settings):
    with pytest.raises(DataError) as caught:
        read_text_table(path, **settings)
    assert caught.value.where == str(path)
    assert caught.value.hint
    assert len(str(caught.value)) < 1_000
    return caught.value


def texts_of(path):
    return [(row.number, row.text) for row in read_text_column(path, "text")]


def pairs(found):
    return list(zip(found.texts, found.labels, strict=True))


EXPECTED = [("좋다, 정말", ("1",)), ("NA", ("0",))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.tsv", "id\ttext\tlabel\n1\t좋다, 정말\t1\n2\tNA\t0\n"),
        ("a.txt", "label\ttext\r\n1\t좋다, 정말\r\n0\tNA\r\n"),
        ("a.csv", 'text,label\n"좋다, 정말",1\nNA,0\n'),
        ("a.csv", "text;label\n좋다, 정말;1\n\nNA;0"),
        ("a.txt", '"text"|"label"\n"좋다, 정말"|"1"\n"NA"|"0"\n'),
        ("a.tsv", '"text"\t"label"\n"좋다, 정말"\t"1"\n"NA"\t"0"\n'),
        ("a.jsonl", '{"text": "좋다, 정말", "label": 1}\n\n{"label": "0", "text": "NA"}\n'),
    ],
)
def test_every_format(tmp_path, name, content, encoding):
    assert pairs(read_text_table(put(tmp_path, name, content, encoding))) == EXPECTED


@pytest.mark.parametrize("labels", [[1, 0, None], ["1", "0", None], [1.0, 0.0, None]])
def test_parquet(tmp_path, labels):
    path = tmp_path / "a.parquet"
    pd.DataFrame({"text": ["좋다, 정말", "NA", "x"], "label": labels}).to_parquet(path)
    found = read_text_table(path)
    assert pairs(found) == EXPECTED
    assert found.skipped == [f"{path}: 1 of 3 rows cannot be used (row 3 has no label)."]


def test_bytes_in_parquet_are_text(tmp_path):
    pd.DataFrame({"text": ["가".encode(), b"b"], "label": [True, False]}).to_parquet(
        tmp_path / "a.parquet"
    )
    assert pairs(read_text_table(tmp_path / "a.parquet")) == [("가", ("True",)), ("b", ("False",))]


def test_quotes_of_no_known_kind(tmp_path):
    with pytest.raises(DataError, match=r"data\.quotes: Unknown: 'litteral'") as caught:
        read_text_table(put(tmp_path, "a.tsv", "text\tlabel\n"), quotes="litteral")
    assert caught.value.hint == "Did you mean 'literal'?"


def test_quotes_are_literal_where_tabs_separate(tmp_path):
    path = put(tmp_path, "a.txt", 'text\tlabel\n"하나\t0\n"""둘""\t1\n')
    assert read_text_table(path).texts == ['"하나', '"""둘""']


def test_quotes_as_asked_for(tmp_path):
    content = 'text\tlabel\n"one\ttwo\nand ""three"""\t0\nfour\t1\n'
    path = put(tmp_path, "a.tsv", content)
    assert read_text_table(path, quotes="csv").texts == ['one\ttwo\nand "three"', "four"]
    path = put(tmp_path, "a.csv", 'text,label\n"one,0\n"two,1\n')
    assert read_text_table(path, quotes="literal").texts == ['"one', '"two']


def test_line_ends_that_are_part_of_texts(tmp_path):
    path = put(tmp_path, "a.tsv", "text\tlabel\none\u2028two\x85three\rfour\ta\nfive\tb\n")
    assert read_text_table(path).texts == ["one\u2028two\x85three\rfour", "five"]


def test_labels_are_composed_and_stripped(tmp_path):
    path = put(tmp_path, "a.tsv", "text\tlabel\none\t 가 \ntwo\t\u1100\u1161\n")
    assert read_text_table(path).labels == [("가",), ("가",)]


def test_several_labels_a_text(tmp_path):
    path = put(tmp_path, "a.tsv", "text\tlabel\none\tx, y,x\ntwo\t\nthree\ty\n")
    found = read_text_table(path, label_separator=",")
    assert found.labels == [("x", "y"), (), ("y",)]
    path = put(tmp_path, "a.jsonl", '{"text": "a", "label": ["x", "y"]}\n{"text": "b"}\n')
    assert read_text_table(path, label_separator=",").labels == [("x", "y"), ()]
    error = refused(path)
    assert error.message == "A label is a list."
    assert "labels=multi" in error.hint
    pd.DataFrame({"text": ["a", "b"], "label": [["x"], ["y", "z"]]}).to_parquet(
        tmp_path / "a.parquet"
    )
    found = read_text_table(tmp_path / "a.parquet", label_separator=",")
    assert found.labels == [("x",), ("y", "z")]


def test_half_a_surrogate_pair_is_replaced(tmp_path):
    path = put(tmp_path, "a.jsonl", r'{"text": "a\ud800b\ud83d\ude00", "label": "x"}')
    assert read_text_table(path).texts == ["a\ufffdb😀"]


def test_broken_rows_are_counted_and_listed(tmp_path):
    lines = ["text\tlabel"] + [f"text {n}\t{n % 2}" for n in range(400)]
    lines[3], lines[7], lines[9] = "\t1", "five\t1\tmore", "none\t "
    found = read_text_table(put(tmp_path, "a.tsv", "\n".join(lines)))
    assert len(found.texts) == 397
    assert found.skipped == [
        f"{tmp_path}/a.tsv: 3 of 400 lines cannot be used (line 4 has an empty text; line 8 has 3 "
        "fields instead of 2; line 10 has no label)."
    ]


def test_too_many_broken_rows(tmp_path):
    lines = ["text,label"] + ["text,0,1" if n < 7 else f"text {n},1" for n in range(50)]
    path = put(tmp_path, "a.csv", "\n".join(lines))
    error = refused(path)
    shown = "; ".join(f"line {n} has 3 fields instead of 2" for n in range(2, 7))
    assert error.message == f"7 of 50 lines cannot be used ({shown}; and 2 more)."
    assert "data.broken_limit" in error.hint
    assert "data.quotes" in error.hint
    assert len(read_text_table(path, broken_limit=0.2).texts) == 43


def test_one_broken_row_always_may_be_unless_none_may(tmp_path):
    path = put(tmp_path, "a.tsv", "text\tlabel\none\ta\n \tb\n")
    assert read_text_table(path).texts == ["one"]
    assert "1 of 2 lines" in refused(path, broken_limit=0).message


def test_lines_of_broken_csv_rows(tmp_path):
    good = "".join(f'"text\n{n}",{n % 2}\n' for n in range(200))
    path = put(tmp_path, "a.csv", f'text,label\n{good}"bad" x,1\n"fine",0\n,1\n')
    found = read_text_table(path)
    assert found.texts[-1] == "fine"
    assert "line 402 has a character behind a closing quote; line 404 has an" in found.skipped[0]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "line 2 is no JSON"),
        ("[" * 100_000, "line 2 is no JSON"),
        ("3", "line 2 is no JSON object"),
        ('{"label": "a"}', "line 2 has an empty text"),
        ('{"text": null, "label": "a"}', "line 2 has an empty text"),
        ('{"text": ["b"], "label": "a"}', "line 2 has a list for its text"),
        ('{"text": "b"}', "line 2 has no label"),
    ],
)
def test_broken_json(tmp_path, line, fault):
    path = put(tmp_path, "a.jsonl", f'{{"text": "one", "label": "a"}}\n{line}\n')
    assert fault in read_text_table(path).skipped[0]


def test_a_list_is_no_json_lines(tmp_path):
    path = put(tmp_path, "a.json", json.dumps([{"text": "a", "label": "b"}]))
    error = refused(path)
    assert (error.message, error.hint) == ("It is one JSON list.", "Write one JSON object a line.")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "id\tdocument\tlabel\n1\tgood\t1\n"),
        ("a.jsonl", '{"id": 1, "document": "good", "label": 1}'),
    ],
)
def test_a_missing_column_is_suggested(tmp_path, name, content):
    path = put(tmp_path, name, content)
    error = refused(path)
    assert error.message == "There is no column 'text'; the columns are: id, document, label."
    assert error.hint == "Is it 'document'? Set data.text_column."
    error = refused(path, text_column="document", label_column="lable")
    assert error.message.startswith("There is no column 'lable'")
    assert error.hint == "Did you mean 'label'? Set data.label_column."
    error = refused(path, text_column="documnt")
    assert "Is it 'document'?" in error.hint


def test_a_missing_column_near_in_name(tmp_path):
    error = refused(put(tmp_path, "a.csv", "texts,label\ngood,1\n"))
    assert error.hint == "Did you mean 'texts'? Set data.text_column."


def test_no_line_of_names(tmp_path):
    error = refused(put(tmp_path, "a.csv", "a good film,1\na bad one,0\n"))
    assert "the columns are: a good film, 1." in error.message


def test_two_columns_of_one_name_and_one_for_both(tmp_path):
    path = put(tmp_path, "a.csv", "text,text,label\na,b,1\n")
    assert refused(path).message == "Two columns are called 'text'."
    error = refused(path, label_column="text")
    assert error.message == "data.text_column and data.label_column both name 'text'."


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "It is empty."),
        ("a.jsonl", "", "It is empty."),
        ("a.jsonl", "\n\n", "It is empty."),
        ("a.csv", "\n\n", "Its first line is empty."),
        ("a.tsv", "\0" * 5_000, "Its first line has NUL bytes"),
        ("a.tsv", "t\0e\0x\0t\0\t\0l\0\n\0", "Its first line has NUL bytes"),
        ("a.jsonl", "no\nJSON\n", "2 of 2 lines cannot be used (line 1 is no JSON;"),
        ("a.jsonl", "{}\n", "1 of 1 lines cannot be used (line 1 has an empty text)."),
        ("a.csv", "text,label\n", "It has column names but no row."),
        ("a.tsv", "text\tlabel", "It has column names but no row."),
        ("a.tsv", "x" * 5_000_000, "Its first line has more than 100,000 characters"),
        (
            "a.tsv",
            "text\tlabel\n" + "x" * 5_000_000,
            "1 of 1 lines cannot be used (line 2 has 1 fi",
        ),
        (
            "a.csv",
            "text,label\n" + "x" * 5_000_000 + ",1",
            "(line 2 has a field of 5,000,000 characters, more than 1,000,000)",
        ),
        (
            "a.csv",
            'text,label\ngood,1\n"bad' + "x" * 5_000_000 + "\ngood,1\n",
            "A field that begins in line 3 is longer than 1,000,000",
        ),
        (
            "a.csv",
            'text,label\ngood,1\n"bad\n' + "x" * 5_000_000 + '"\ngood,1\n',
            "A field that begins in line 3 is longer than 1,000,000",
        ),
        (
            "a.tsv",
            f"text\tlabel\n{'x' * 5_000_000}\t1",
            "a text of 5,000,000 characters, more than",
        ),
        (
            "a.jsonl",
            f'{{"text": "{"x" * 5_000_000}", "label": 1}}',
            "a text of 5,000,000 characters",
        ),
        ("a.csv", 'text,label\ngood,1\n"bad,0\ngood,1\n', "A quote that opens in line 3 does not"),
        ("a.csv", '"text,label\ngood,1\n', "A quote that opens in line 1 does not close."),
        ("a.parquet", "text", "Cannot read this Parquet file"),
        (
            "a.csv",
            "text,label\n1,a\n-2.5,b\n",
            "The column 'text' holds numbers, not texts, such as '1'",
        ),
        ("a.xlsx", "PK", "Files that end in '.xlsx' are not read."),
        ("data", "text", "It has no known suffix."),
    ],
)
def test_refusals(tmp_path, name, content, message):
    assert message in refused(put(tmp_path, name, content)).message


def test_hints_name_the_setting(tmp_path):
    path = put(tmp_path, "a.csv", 'text,label\ngood,1\n"bad,0\n')
    assert 'data.quotes to "literal"' in refused(path).hint
    path = put(tmp_path, "b.csv", "id,text,label\n1,a,x\n2,b,y\n")
    assert "data.text_column" in refused(path, text_column="id").hint
    assert ".tsv, .tab, .csv, .txt, .jsonl" in refused(put(tmp_path, "a.xls", "")).hint


def test_a_folder_and_nothing(tmp_path):
    assert refused(tmp_path).message == "This is a folder, not a file."
    assert refused(tmp_path / "a.csv").message == "There is no such file."


def test_long_texts_are_read_and_the_csv_module_is_left_as_it_was(tmp_path):
    before = csv.field_size_limit()
    path = put(tmp_path, "a.csv", f"text,label\n{'긴 글 ' * 100_000},1\nshort,0\n")
    assert len(read_text_table(path).texts[0]) == 400_000
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_field_too_long_to_be_a_text_is_one_broken_row(tmp_path, quote):
    before = csv.field_size_limit()
    long = f"{quote}{'x' * 1_500_000}{quote},1"
    lines = ["text,label", "one,0", long, "two,1", f"{quote}x{quote * 2}y{quote},1", ",1"]
    path = put(tmp_path, "a.csv", "\n".join(lines))
    found = read_text_table(path, broken_limit=0.5)
    assert found.texts[:2] == ["one", "two"] and len(found.texts) == 3
    assert found.skipped[0].endswith(
        "2 of 5 lines cannot be used (line 3 has a field of 1,500,000 characters, more than "
        "1,000,000; line 6 has an empty text)."
    )
    assert csv.field_size_limit() == before


def test_a_long_field_and_a_character_behind_its_quote(tmp_path):
    long = '"' + "x" * 1_500_000 + '"y,1'
    path = put(tmp_path, "a.csv", f"text,label\none,0\n{long}\ntwo,1\n")
    found = read_text_table(path)
    assert found.texts == ["one", "two"]
    assert "line 3 has a character behind a closing quote" in found.skipped[0]


def test_a_column_without_labels(tmp_path):
    path = put(tmp_path, "a.csv", "id,text\n1,a\n2,\n\n3,b\n")
    assert texts_of(path) == [(2, "a"), (3, ""), (5, "b")]
    path = put(tmp_path, "a.tsv", "id\ttext\n1\ta\tb\n")
    with pytest.raises(DataError, match="Line 2 has 3 fields instead of 2"):
        read_text_column(path, "text")
    path = put(tmp_path, "a.csv", f"text\na\n{'x' * 1_500_000}\n")
    with pytest.raises(DataError, match="Line 3 has a field of 1,500,000 characters"):
        read_text_column(path, "text")
    path = put(tmp_path, "a.csv", 'text\na\n"b\n')
    with pytest.raises(DataError, match="does not close") as caught:
        read_text_column(path, "text")
    assert '--quotes to "literal"' in caught.value.hint


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "text\n\n가\n \n\nb\n\n"),
        ("a.csv", "text\r\n\r\n가\r\n \r\n\r\nb\r\n\r\n"),
        ("a.csv", '"text"\n""\n가\n" "\n\nb\n""\n'),
        ("a.tsv", "text\n\n가\n \n\nb\n\n"),
    ],
)
def test_blank_rows_of_one_column_stay(tmp_path, name, content):
    expected = [(2, ""), (3, "가"), (4, " "), (5, ""), (6, "b"), (7, "")]
    assert texts_of(put(tmp_path, name, content)) == expected


def test_blank_texts_in_json_lines_and_parquet_stay(tmp_path):
    lines = [
        '{"text": null}',
        '{"text": "가"}',
        '{"other": 1}',
        "",
        '{"text": ""}',
        '{"text": "b"}',
    ]
    path = put(tmp_path, "a.jsonl", "\n".join(lines))
    assert texts_of(path) == [(1, ""), (2, "가"), (3, ""), (5, ""), (6, "b")]
    for other in ({}, {"id": [None, 1, 2, None, 3]}):
        texts = {"text": [None, "가", "", None, "b"]}
        pd.DataFrame({**texts, **other}).to_parquet(tmp_path / "a.parquet")
        expected = [(1, ""), (2, "가"), (3, ""), (4, ""), (5, "b")]
        assert texts_of(tmp_path / "a.parquet") == expected


def test_a_row_of_nothing_in_parquet_is_counted(tmp_path):
    path = tmp_path / "a.parquet"
    pd.DataFrame({"text": ["a", None, "b"], "label": ["x", None, "y"]}).to_parquet(path)
    found = read_text_table(path)
    assert found.skipped == [f"{path}: 1 of 3 rows cannot be used (row 2 has an empty text)."]
