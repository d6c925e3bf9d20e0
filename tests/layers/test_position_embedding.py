import numpy as np
import pytest

from dltemplates.layers import PositionEmbedding
from tests.layers.harness import check_layer


def test_harness(rng, tmp_path):
    inputs = rng.normal(size=(3, 5, 4)).astype("float32")
    check_layer(
        lambda dtype: PositionEmbedding(dtype=dtype), inputs, (3, 5, 4), tmp_path, trainable=1
    )


def test_each_position_gets_its_own_vector(rng):
    layer = PositionEmbedding(initializer="random_normal")
    added = np.asarray(layer(np.zeros((2, 5, 4), "float32")))
    np.testing.assert_array_equal(added[0], added[1])
    assert len(np.unique(added[0].round(6), axis=0)) == 5


@pytest.mark.parametrize("shape", [(2, 5), (2, 5, 4, 1)])
def test_other_ranks_are_refused(shape):
    with pytest.raises(ValueError, match=r"shape \(batch, positions, units\)"):
        PositionEmbedding()(np.zeros(shape, "float32"))
