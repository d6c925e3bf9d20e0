import numpy as np
import pytest

from dltemplates.layers import WindowLevel
from tests.layers.harness import check_layer


def test_harness(rng, tmp_path):
    windows = rng.normal(size=(4, 5, 3)).astype("float32")

    def make(dtype):
        return WindowLevel([True, False, True], dtype=dtype)

    check_layer(make, windows, (4, 1, 3), tmp_path, trainable=0)


def test_only_what_wanders_has_a_level():
    windows = np.array([[[1.0, 1.0], [3.0, 5.0]]], "float32")
    np.testing.assert_array_equal(WindowLevel(np.array([False, True]))(windows), [[[0.0, 3.0]]])


def test_refuses_another_number_of_series():
    with pytest.raises(ValueError, match=r"shape \(batch, window, 2\), received \(4, 5, 3\)"):
        WindowLevel([True, False])(np.zeros((4, 5, 3), "float32"))
