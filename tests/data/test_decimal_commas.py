import numpy as np
import pandas as pd
import pytest

from dltemplates.data.decimal_commas import with_decimal_point
from dltemplates.data.series_file import read_series
from dltemplates.data.series_table_file import read_table


def read(folder, lines, name="rows.csv"):
    (folder / name).write_text("\n".join(["a;b;note", *lines]) + "\n")
    return read_table(folder / name)


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1,5", "2,25"], [1.5, 2.25]),
        (["-0,5", "+3,0"], [-0.5, 3.0]),
        (["1", "2,5"], [1.0, 2.5]),
        (["", "2,5"], [np.nan, 2.5]),
        (["1,234", "2,5"], [1.234, 2.5]),
        (["0,234", "1,234"], [0.234, 1.234]),
        (["1,5e-3", ",5"], [1.5e-3, 0.5]),
        (['"1,5"', " 2,5 "], [1.5, 2.5]),
    ],
)
def test_numbers_with_decimal_commas(tmp_path, cells, numbers):
    table = read(tmp_path, [f"{cell};7;x, y" for cell in cells])
    np.testing.assert_array_equal(table.numbers("a", ""), numbers)
    assert table.numbers("b", "").tolist() == [7.0, 7.0]
    assert table.frame["note"].tolist() == ["x, y", "x, y"]


@pytest.mark.parametrize(
    "lines",
    [
        ["1,5;2.5;", "2,5;3.5;"],  # a point somewhere else
        ["1,5;7;", "2.5;7;"],  # and in the same column
        ["1,500;7;", "2,250;7;"],  # may be thousands
        ["1,5;7;1.000", "2,5;7;n.a."],
    ],
)
def test_what_may_be_something_else_is_left_as_it_is(tmp_path, lines):
    table = read(tmp_path, lines)
    assert table.frame["a"].tolist() == [line.split(";")[0] for line in lines]


def test_points_are_read_as_ever(tmp_path):
    table = read(tmp_path, ["1.5;2;1,5 bar", "2.5;3;3,4,5"])
    assert table.numbers("a", "").tolist() == [1.5, 2.5]
    assert table.frame["note"].tolist() == ["1,5 bar", "3,4,5"]


def test_commas_that_divide_fields_are_no_decimal_ones(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text('a,b\n"1,5",2\n"2,5",3\n')
    assert read_table(path).frame["a"].tolist() == ["1,5", "2,5"]


def test_other_text_keeps_its_comma():
    cells = ["1,5,2", "a,5", "1,", "1.234,5", "1,5"]
    assert [with_decimal_point(cell) for cell in cells] == [*cells[:4], "1.5"]


def test_a_series_between_semicolons(tmp_path):
    numbers = np.random.default_rng(0).normal(size=(48, 4)).round(3)
    table = pd.DataFrame(numbers, columns=["load", "sun", "wind", "plan"])
    table.insert(0, "date", pd.date_range("2024-01-01", periods=48, freq="h"))
    table.to_csv(tmp_path / "commas.csv", index=False, sep=";", decimal=",")
    table.to_csv(tmp_path / "points.csv", index=False)
    found, expected = (read_series(tmp_path / f"{name}.csv") for name in ("commas", "points"))
    assert found.names == expected.names
    np.testing.assert_array_equal(found.values, expected.values)
