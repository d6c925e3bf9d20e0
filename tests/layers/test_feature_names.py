import numpy as np
import pytest

from dltemplates.layers import FeatureNames
from tests.layers.harness import check_layer


def test_harness(rng, tmp_path):
    inputs = rng.normal(size=(4, 5, 2)).astype("float32")
    check_layer(
        lambda **kwargs: FeatureNames(["wind", "강수량"], **kwargs),
        inputs,
        inputs.shape,
        tmp_path,
        trainable=0,
    )


def test_it_changes_nothing_and_knows_the_names():
    inputs = np.array([[1.0, np.nan, -3.0]], "float32")
    layer = FeatureNames(("a", "b", "c"))
    np.testing.assert_array_equal(layer(inputs), inputs)
    assert FeatureNames.from_config(layer.get_config()).names == ["a", "b", "c"]


@pytest.mark.parametrize("shape", [(None, 8, 1), (None, 8, None), (3,)])
def test_refuses_another_number_of_features(shape):
    with pytest.raises(ValueError, match=r"\(batch, \.\.\., 3\), one for each of"):
        FeatureNames(["a", "b", "c"]).build(shape)
