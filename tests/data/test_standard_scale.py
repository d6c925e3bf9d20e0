import numpy as np
import pytest

from dltemplates.data.standard_scale import StandardScale
from dltemplates.errors import DataError


def of(**columns):
    values = np.array(list(columns.values()), "float32").T
    return StandardScale.of(values, list(columns), setting="data.sensors", where="here")


def test_observed_values_count():
    found = of(a=[1, 3, np.nan, np.nan], b=[0, 0, 10, 10])
    assert found.mean.tolist() == [2, 5]
    assert found.scale.tolist() == [1, 5]
    assert (found.mean.dtype, found.constant, found.sentences()) == (np.float32, [], [])


def test_far_from_zero():
    """Sums of float32 would be off by far more than such columns vary."""
    found = of(a=[1e6, 1e6 + 1] * 50_000)
    assert (found.mean[0], found.scale[0]) == (1e6 + 0.5, 0.5)


@pytest.mark.parametrize("line", [[7, 7, 7, 7], [7, np.nan, 7, 7], [0, 1e-42, 0, 0]])
def test_columns_that_never_change(line):
    found = of(a=[1, 2, 3, 4], still=line)
    assert (found.scale[1], found.constant) == (1, ["still"])
    assert found.sentences()[0].startswith("'still' never changes in training")


def test_many_columns_that_never_change():
    found = of(z=[1, 2], **{name: [3, 3] for name in "abcdefg"})
    assert found.sentences()[0].startswith("'a', 'b', 'c', 'd', 'e' and 2 more never change in")


def test_refusals():
    with pytest.raises(DataError, match=r"Without a value in the training rows: b\.") as caught:
        of(a=[1, 2], b=[np.nan, np.nan])
    assert "data.ignore or data.sensors" in caught.value.hint
    with pytest.raises(DataError, match="No column changes"):
        of(a=[1, 1], b=[2, 2])
