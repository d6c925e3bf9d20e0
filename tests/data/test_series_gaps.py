"""Which series are refused, and which are not where they are only forecast from."""

import numpy as np
import pandas as pd
import pytest

from dltemplates.data.series_gaps import check_gaps, check_series
from dltemplates.errors import DataError

NAN = np.nan
TIMES = pd.date_range("2024-01-01", periods=6, freq="h")
GOOD = [1, 2, 3, 4, 5, 6]
USELESS = {
    "empty": ([NAN] * 6, "without a single value: empty"),
    "constant": ([4] * 6, r"never change: constant \(always 4\)"),
    "sparse": ([1, NAN, NAN, NAN, NAN, 2], "4 of 6 values of 'sparse' are missing"),
}


def check(lines: dict, limit: float) -> list[str]:
    values = np.array(list(lines.values()), "float32")
    return check_series(list(lines), values, TIMES, missing_limit=limit, where="here")


@pytest.mark.parametrize("name", USELESS)
def test_what_nothing_can_be_learnt_from_is_refused(name):
    line, words = USELESS[name]
    with pytest.raises(DataError, match=words):
        check({"good": GOOD, name: line}, limit=0.5)


def test_a_limit_of_all_refuses_nothing():
    lines = {"good": GOOD, **{name: line for name, (line, _) in USELESS.items()}}
    first, *others = check(lines, limit=1.0)
    assert first.startswith("4 of 6 values of 'sparse' are missing")
    assert others == [
        "1 of 4 series begin after 2024-01-01 00:00:00.",
        "1 of 4 series end before 2024-01-01 05:00:00.",
    ]


def test_not_one_value_is_always_refused():
    with pytest.raises(DataError, match="without a single value: empty"):
        check({"empty": [NAN] * 6}, limit=1.0)


def test_how_many_have_too_many_gaps():
    gaps = {name: [1, NAN, NAN, NAN, NAN, 2] for name in "ab"}
    with pytest.raises(DataError, match="1 other series likewise"):
        check({"good": GOOD, **gaps}, limit=0.5)


def test_rows_that_all_series_lack_are_told_once():
    lines = {name: [1, 2, NAN, 4, 5, n] for n, name in enumerate("abc")}
    assert check(lines, limit=0.5) == [
        "1 of 6 values of each of 3 series are missing (16.7%); the longest gap has 1, from "
        "2024-01-01 02:00:00 to 2024-01-01 02:00:00."
    ]


def test_what_is_not_called_a_series():
    observed = np.array([[1, 0, 1, 1, 1, 1], [1, 1, 1, 1, 1, 0]], bool)
    first, other = check_gaps(
        ["a", "b"], observed, TIMES, missing_limit=0.5, where="here", noun="sensor"
    )
    assert first.startswith("1 of 6 values of 'a'")
    assert other == "1 of 2 sensors end before 2024-01-01 05:00:00."
    with pytest.raises(DataError, match="At most 10%") as caught:
        check_gaps(["a", "b"], observed, TIMES, missing_limit=0.1, where="here", noun="sensor")
    assert "leave the sensor or the time out" in caught.value.hint
