import math

import pytest

from dltemplates.project.repeats import compare_repeats


def test_a_gain_beyond_noise():
    gain = compare_repeats([0.95, 0.951], [0.90, 0.902, 0.901], "max")
    assert gain.certain
    assert gain.gain == pytest.approx(0.0495)
    assert gain.low < gain.gain < gain.high


def test_a_gain_within_noise():
    assert not compare_repeats([0.92, 0.90], [0.90, 0.91, 0.89], "max").certain


def test_less_of_a_loss_is_a_gain():
    assert compare_repeats([0.1, 0.11], [0.5, 0.51, 0.52], "min").certain
    assert compare_repeats([0.5, 0.51], [0.1, 0.11, 0.12], "min").gain < 0


def test_the_interval_is_that_of_students_t():
    gain = compare_repeats([2.0, 4.0], [0.0, 2.0], "max")  # pooled variance 2, 2 degrees of freedom
    assert gain.high - gain.gain == pytest.approx(4.3027 * math.sqrt(2.0), rel=1e-4)


def test_one_value_each_says_nothing():
    assert not compare_repeats([0.9], [0.1], "max").certain
