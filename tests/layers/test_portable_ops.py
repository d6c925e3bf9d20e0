"""What portable operations answer, compared with the operations that they stand for."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from dltemplates.layers import CodePointLookup, NGramLinear
from dltemplates.layers.portable_ops import log1p, low_bits, portable_ops, searchsorted


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 1000])
@pytest.mark.parametrize("side", ["left", "right"])
def test_searchsorted(size, side):
    known = np.unique(np.random.default_rng(size).integers(-(2**31), 2**31 - 1, size, "int32"))
    values = np.concatenate([known, known - 1, known + 1, [-(2**31), 2**31 - 1, 0]]).astype("int32")
    expected = np.searchsorted(known, values, side)
    with portable_ops():
        found = searchsorted(keras.ops.convert_to_tensor(known), values, side)
    assert (keras.ops.convert_to_numpy(found) == expected).all()
    found = searchsorted(keras.ops.convert_to_tensor(known), values, side)
    assert (keras.ops.convert_to_numpy(found) == expected).all()


@pytest.mark.parametrize("bits", [1, 15, 17, 30, 31])
def test_low_bits(bits):
    values = np.array([0, 1, -1, 2**31 - 1, -(2**31), -12345, 98765], "int32")
    with portable_ops():
        found = keras.ops.convert_to_numpy(low_bits(keras.ops.convert_to_tensor(values), bits))
    assert found.tolist() == [int(value) % 2**bits for value in values]


def test_log1p_is_exact_where_its_argument_is_small():
    values = np.array([0, 1e-30, 1e-8, -1e-8, 3e-7, 1e-3, -0.5, 1, 1e6, np.nan], "float32")
    with portable_ops():
        found = keras.ops.convert_to_numpy(log1p(keras.ops.convert_to_tensor(values)))
    np.testing.assert_allclose(found, np.log1p(values.astype("float64")), rtol=5e-7)


@pytest.mark.parametrize("layer", ["lookup", "linear"])
def test_layers_trace_without_what_other_formats_lack(layer):
    tokens = np.array([[44032, 97, 44033, 0], [98, 97, 97, 98]], "int32")
    if layer == "lookup":
        made = CodePointLookup("가나ab")
    else:
        made = NGramLinear(2, size=3)
        hashes = np.unique(keras.ops.convert_to_numpy(made.hashes(tokens)))[1:4]
        made.set_linear(hashes, [1, 2, 3], [[1, 0], [0, 1], [2, 2]], [0.1, 0.2])

    @tf.function(input_signature=[tf.TensorSpec((None, None), tf.int32)])
    def traced(tokens):
        with portable_ops():
            return made(tokens)

    operations = {each.type for each in traced.get_concrete_function().graph.get_operations()}
    assert not operations & {"LowerBound", "UpperBound", "BitwiseAnd"}
    np.testing.assert_array_equal(traced(tokens), made(tokens))
