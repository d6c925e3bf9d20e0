import pytest

from dltemplates.columns import align, cut, text_width


def test_hangul_is_twice_as_wide_however_it_is_composed():
    assert text_width("한국어") == 6
    assert text_width("\u1112\u1161\u11ab") == 2  # the same syllable in three letters
    assert text_width("é") == text_width("e\u0301") == 1


@pytest.mark.parametrize(
    ("width", "expected"), [(8, "한국어 a"), (7, "한국어…"), (6, "한국…"), (1, "…"), (0, "")]
)
def test_what_is_cut_is_as_wide_as_allowed(width, expected):
    assert cut("한국어 a", width) == expected
    assert text_width(expected) <= width


def test_columns_begin_or_end_at_one_place():
    rows = [["run", "n"], ["한국어", "10"], ["first", "9"]]
    assert align(rows, right=" r") == ["run      n", "한국어  10", "first    9"]
    assert align(rows, width=8) == ["run    …", "한국어 …", "first  …"]
