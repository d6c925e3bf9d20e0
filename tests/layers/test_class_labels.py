import numpy as np
import pytest

from dltemplates.layers import ClassLabels
from tests.layers.harness import check_layer


def test_harness(tmp_path, rng):
    probabilities = rng.dirichlet([1, 1, 1], 4).astype("float32")

    def make(dtype):
        return ClassLabels(["고양이", "dog", "10"], dtype=dtype)

    check_layer(make, probabilities, (4, 3), tmp_path, trainable=0)


def test_names_survive_the_configuration():
    layer = ClassLabels(["b", "a"])
    assert ClassLabels.from_config(layer.get_config()).names == ["b", "a"]


@pytest.mark.parametrize(
    ("names", "message"),
    [(["only"], "at least two class names"), (["a", "b", "a"], r"received \['a'\] more than once")],
)
def test_refuses(names, message):
    with pytest.raises(ValueError, match=message):
        ClassLabels(names)


def test_refuses_inputs_of_another_width():
    with pytest.raises(ValueError, match=r"width 2.*received shape"):
        ClassLabels(["a", "b"])(np.zeros((1, 3), "float32"))
