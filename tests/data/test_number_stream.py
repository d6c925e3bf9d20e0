"""Rows of large tables of numbers, some at a time."""

import numpy as np
import pandas as pd
import pytest

from dltemplates.data.number_stream import stream_table
from dltemplates.data.series_table_file import read_table
from dltemplates.errors import DataError

ROWS = 25


def frame(rng):
    found = pd.DataFrame(rng.normal(size=(ROWS, 2)), columns=["a", "b"]).assign(note='x, "y"\nz')
    found.loc[4, "a"] = np.nan
    return found


def all_of(path, size=10, names=("a", "b")):
    parts = list(stream_table(path, size))
    numbers = [part.numbers(names) for part in parts]
    faults = {row: fault for _, found in numbers for row, fault in found.items()}
    index = np.concatenate([part.frame.index for part in parts])
    return np.concatenate([values for values, _ in numbers]), faults, index


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
@pytest.mark.parametrize("size", [1, 7, 100])
def test_is_what_is_read_at_once(rng, tmp_path, name, size):
    path = tmp_path / name
    table = frame(rng)
    if name == "a.parquet":
        table.to_parquet(path)
    elif name == "a.jsonl":
        table.to_json(path, orient="records", lines=True, double_precision=15)
    else:
        table.to_csv(path, index=False)
        at_once = read_table(path).frame[["a", "b"]]
        np.testing.assert_array_equal(all_of(path, size)[0], at_once)
    values, faults, index = all_of(path, size)
    np.testing.assert_allclose(values, table[["a", "b"]], rtol=1e-12)
    assert not faults and index.tolist() == list(range(ROWS))


def test_faults_are_of_their_row_alone(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n\nx,4\n5,6,7\n8\n9,inf\n , NA\n1e300,2\n")
    values, faults, index = all_of(path)
    assert index.tolist() == [0, 2, 3, 4, 5, 7]  # blank rows count and are left out
    assert faults == {
        2: "column 'a': 'x' is no number",
        3: "has 3 fields instead of 2",
        5: "column 'b': 'inf' is no number",
        7: "column 'a': '1e300' is no number",
    }
    np.testing.assert_array_equal(values[0], [1, 2])
    np.testing.assert_array_equal(values[3], [8, np.nan])


def test_what_is_in_a_part_does_not_depend_on_others(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "1,2\n" * 9 + "text,3\n")
    values, faults, _ = all_of(path, size=3)
    assert list(faults) == [9] and values[:9].tolist() == [[1, 2]] * 9


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949"])
def test_korean_names_and_decimal_commas(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_text("압력;b\n1,5;2\n-0,25;3.5\n", encoding=encoding)
    values, faults, _ = all_of(path, names=("압력", "b"))
    assert values.tolist() == [[1.5, 2], [-0.25, 3.5]] and not faults


def test_lines_of_json_that_are_none(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1, "b": null}\n[1]\n\n{"a": "2", "b": "x"}\n{oops\n')
    values, faults, index = all_of(path)
    assert index.tolist() == [0, 1, 3, 4]
    assert faults[1] == "is no JSON object" and faults[4] == "is no JSON" and "'x'" in faults[3]
    np.testing.assert_array_equal(values[0], [1, np.nan])


def test_a_quote_that_never_closes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,2\n"3,4\n5,6\n')
    with pytest.raises(DataError, match="does not close"):
        all_of(path)


def test_an_index_of_parquet_is_a_column(tmp_path):
    times = pd.date_range("2024", periods=3, freq="h")
    pd.DataFrame({"a": [1.0, 2.0, 3.0]}, index=times).to_parquet(tmp_path / "a.parquet")
    part = next(stream_table(tmp_path / "a.parquet", 10))
    assert part.frame["timestamp"].tolist() == list(times)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a,a\n1,2\n"])
def test_what_is_no_table(tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(DataError):
        all_of(tmp_path / "a.csv")
    with pytest.raises(DataError):
        all_of(tmp_path / "none.csv")
