"""Choosing among series."""

import numpy as np

from tests.data.small_series import small_series


def test_taken_series_keep_what_is_theirs():
    series = small_series(covariates=True, ahead=4)
    taken = series.take(["c", "a"])
    assert taken.names == ["c", "a"]
    np.testing.assert_array_equal(taken.values, series.values[[2, 0]])
    np.testing.assert_array_equal(taken.past.values, series.past.values[[2, 0]])
    np.testing.assert_array_equal(taken.static, series.static[[2, 0]])
    assert taken.known is series.known  # all have the same
    assert (taken.times.equals(series.times), taken.where) == (True, "small")


def test_series_without_covariates():
    series = small_series()
    taken = series.take(["b"])
    np.testing.assert_array_equal(taken.values, series.values[1:2])
    assert taken.static is None and taken.past.names == []
