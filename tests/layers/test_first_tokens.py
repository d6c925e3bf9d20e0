import numpy as np
import pytest

from dltemplates.layers import FirstTokens
from tests.layers.harness import check_layer


def test_harness(rng, tmp_path):
    tokens = rng.integers(1, 9, (3, 7)).astype("int32")
    check_layer(
        lambda dtype: FirstTokens(4, dtype=dtype),
        tokens,
        (3, 4),
        tmp_path,
        trainable=0,
        dtype="int32",
    )


def test_keeps_the_beginning():
    tokens = np.arange(1, 7).reshape(2, 3)
    np.testing.assert_array_equal(FirstTokens(2)(tokens), tokens[:, :2])
    np.testing.assert_array_equal(FirstTokens(5)(tokens), tokens)


def test_refusals():
    with pytest.raises(ValueError, match="`length` of at least 1, received 0"):
        FirstTokens(0)
