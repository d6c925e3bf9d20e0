from statistics import NormalDist

import numpy as np
import pytest
from keras import ops

from dltemplates.layers import QuantileHead
from tests.layers.harness import check_layer

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.8, 0.95)


@pytest.mark.parametrize("levels", [LEVELS, (0.5,), (0.5, 0.9)])
def test_harness(rng, tmp_path, levels):
    features = rng.normal(size=(4, 7, 5)).astype("float32")

    def make(dtype):
        return QuantileHead(levels, dtype=dtype)

    check_layer(make, features, (4, 7, len(levels)), tmp_path, trainable=2)


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_quantiles_never_cross(rng, policy):
    layer = QuantileHead(LEVELS, dtype=policy)
    features = rng.normal(0.0, 30.0, size=(50, 7, 16)).astype("float32")
    layer.build(features.shape)
    layer.bias.assign(rng.normal(0.0, 30.0, len(LEVELS)))
    answer = ops.convert_to_numpy(ops.cast(layer(features), "float32"))
    assert (np.diff(answer, axis=-1) >= 0.0).all()
    assert np.ptp(answer[..., 3]) > 10.0


def test_starts_from_a_normal_distribution(rng):
    head = QuantileHead(LEVELS, scale=2.0, kernel_initializer="zeros")
    answer = head(rng.normal(size=(3, 4)).astype("float32"))
    expected = [2.0 * NormalDist().inv_cdf(level) for level in LEVELS]
    np.testing.assert_allclose(answer, [expected] * 3, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("levels", [(0.1, 0.9), (0.5, 0.1), (0.0, 0.5), (0.5, 1.0), (0.5, 0.5), ()])
def test_refuses_levels(levels):
    with pytest.raises(ValueError, match=r"increase between 0 and 1, 0\.5 among them, received"):
        QuantileHead(levels)


def test_refuses_a_scale_of_zero():
    with pytest.raises(ValueError, match="Expected `scale` above 0, received 0"):
        QuantileHead(LEVELS, scale=0.0)
