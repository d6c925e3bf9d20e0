import base64
import time

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dltemplates.serving.json_request import read_object
from dltemplates.serving.json_tensor import (
    Infinite,
    decode_base64,
    flatten,
    rows_to_array,
    shown,
    to_array,
)
from dltemplates.serving.request_error import RequestError
from dltemplates.serving.signature import TensorInfo

NUMBERS = (tf.float32, tf.float64, tf.int8, tf.uint8, tf.int16, tf.int32, tf.uint32, tf.int64)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=20,
)


def info(dtype, shape=None):
    return TensorInfo("values", "values:0", dtype, shape)


def named_infinities(value):
    """As a request has them; an infinite number otherwise comes of one that was too large."""
    if isinstance(value, list):
        return [named_infinities(item) for item in value]
    return Infinite(value) if value in (np.inf, -np.inf) else value


@pytest.mark.parametrize("dtype", NUMBERS, ids=lambda dtype: dtype.name)
@given(data=st.data())
def test_numbers_of_every_type_come_back(dtype, data):
    shapes = arrays.array_shapes(max_dims=3, max_side=4)
    array = data.draw(arrays.arrays(dtype.as_numpy_dtype, shapes))
    read = to_array(named_infinities(array.tolist()), info(dtype))
    assert read.dtype == array.dtype
    np.testing.assert_array_equal(read, array)


@given(arrays.arrays(bool, arrays.array_shapes(max_dims=3, max_side=4)))
def test_truth_values_come_back(array):
    np.testing.assert_array_equal(to_array(array.tolist(), info(tf.bool)), array)


@given(st.lists(st.text() | st.binary(), min_size=1))
def test_strings_and_bytes_come_back(strings):
    values = [
        each if isinstance(each, str) else {"b64": base64.b64encode(each).decode()}
        for each in strings
    ]
    expected = [each.encode() if isinstance(each, str) else each for each in strings]
    assert to_array(values, info(tf.string)).tolist() == expected


@given(JSON, st.sampled_from([*NUMBERS, tf.bool, tf.string, tf.float16]))
def test_any_value_is_an_array_or_refused(value, dtype):
    for read in (to_array, rows_to_array):
        try:
            array = read(value if isinstance(value, list) else [value], info(dtype))
        except RequestError as error:
            assert error.status == 400
            assert "values" in error.message
        else:
            assert array.shape == flatten(value if isinstance(value, list) else [value])[1]


@pytest.mark.parametrize(
    ("dtype", "value", "message"),
    [
        (tf.float32, ["x"], 'JSON Value: "x" Type: String is not of expected type: float'),
        (tf.float32, [True], "JSON Value: true Type: True is not of expected type: float"),
        (tf.float32, [None], "JSON Value: null Type: Null is not of expected type: float"),
        (tf.float32, [{"b64": "AA=="}], "Type: Object is not of expected type: float"),
        (tf.float32, [1, [2]], "Encountered list at unexpected level: 1 expected < 1"),
        (tf.float32, [[1], 2], "found at incorrect level: 2 in the JSON DOM. Expected at level: 2"),
        (tf.float32, [[1, 2], [3]], "unexpected size: 1 at level: 1 expected size: 2"),
        (tf.float32, [1e39], "is out of range of type: float"),
        (tf.float64, [10**400], "is out of range of type: double"),
        (tf.int32, [1.0], "JSON Value: 1.0 Type: Number is not of expected type: int32"),
        (tf.int32, [2**31], "JSON Value: 2147483648 is out of range of type: int32"),
        (tf.uint8, [-1], "JSON Value: -1 is out of range of type: uint8"),
        (tf.int64, [10**30], "is out of range of type: int64"),
        (tf.bool, [1], "JSON Value: 1 Type: Number is not of expected type: bool"),
        (tf.string, [1], "JSON Value: 1 Type: Number is not of expected type: string"),
        (tf.string, [{"b64": 1}], "not formatted correctly for base64 data"),
        (tf.string, [{"b64": "AA==", "x": 1}], "not formatted correctly for base64 data"),
        (tf.string, [{"b64": "!"}], "Unable to base64 decode"),
        (tf.float64, [float("inf")], "is out of range of type: double"),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_tensorflow_serving(dtype, value, message):
    with pytest.raises(RequestError) as caught:
        to_array(value, info(dtype))
    assert message in caught.value.message
    assert "'values'" in caught.value.message


def test_the_row_at_fault_is_named():
    with pytest.raises(RequestError) as caught:
        rows_to_array([[1.0, 2.0], [1.0, "x"]], info(tf.float32))
    assert caught.value.message.startswith(
        "Failed to process element: 1 key: values of 'instances' list. Error: INVALID_ARGUMENT: "
        'JSON Value: "x" Type: String'
    )
    with pytest.raises(RequestError, match=r"element: 2 .* Expecting shape \[2\] but got: \[1\]"):
        rows_to_array([[1.0, 2.0], [1.0, 2.0], [1.0]], info(tf.float32))


def test_another_shape_is_refused():
    to_array([[1.0, 2.0]], info(tf.float32, (None, 2)))
    for value in ([[1.0]], [1.0], 1.0, [], [[[1.0, 2.0]]]):
        with pytest.raises(RequestError, match=r"must have shape \[\?,2\], but got"):
            to_array(value, info(tf.float32, (None, 2)))


def test_lists_cannot_be_nested_without_end():
    value = 1.0
    for _ in range(40):
        value = [value]
    with pytest.raises(RequestError, match=r"more than 32 lists|at unexpected level"):
        to_array(value, info(tf.float32))


def test_base64_may_lack_padding_and_have_white_space():
    for text in ("aGk=", "aGk", " aG\nk= "):
        assert decode_base64({"b64": text}) == b"hi"
    for text in ("a", "aGk==x", "a-_k", "é", "aG=k"):
        with pytest.raises(RequestError):
            decode_base64({"b64": text})


def test_a_long_value_is_not_repeated():
    assert len(shown(["x" * 10**6])) <= 256
    assert len(shown(list(range(10**6)))) <= 256


@given(st.binary(max_size=200))
def test_any_body_is_an_object_or_refused(body):
    try:
        assert isinstance(read_object(body), dict)
    except RequestError as error:
        assert error.status == 400


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "JSON Parse error: The document is empty"),
        (b"instances = [1]", "JSON Parse error: Invalid value"),
        (b'{"instances": [1]} x', "JSON Parse error"),
        (b"[1]", "JSON Value: [1] Is not object"),
        (b'{"instances": "\xff"}', "JSON Parse error: Not UTF-8 at offset: 15"),
        (b'{"instances": ' + b"[" * 100_000, "nested too deep"),
        (b'{"instances": [' + b"1" * 10_000 + b"]}", "Number too big"),
        (rb'{"instances": ["\ud800"]}', "The surrogate pair in string is invalid."),
        (rb'{"\uDFFF": 1}', "The surrogate pair in string is invalid."),
    ],
)
def test_what_is_no_json_object_is_refused(body, message):
    with pytest.raises(RequestError) as caught:
        read_object(body)
    assert message in caught.value.message


def test_not_a_number_and_infinity_are_bare_words():
    document = read_object(b'\xef\xbb\xbf{"inputs": [NaN, Infinity, -Infinity]}')
    array = to_array(document["inputs"], info(tf.float32))
    np.testing.assert_array_equal(array, np.array([np.nan, np.inf, -np.inf], np.float32))
    document = read_object(b'{"inputs": [1e999]}')
    with pytest.raises(RequestError, match="out of range of type: float"):
        to_array(document["inputs"], info(tf.float32))


def test_what_is_wrong_among_millions_is_found_soon():
    values = [[1.0, 2.0] for _ in range(500_000)]
    values[-2][1] = "x"
    started = time.perf_counter()
    with pytest.raises(RequestError, match=r"element: 499998 .* of expected type: float"):
        rows_to_array(values, info(tf.float32))
    with pytest.raises(RequestError, match="of expected type: float"):
        to_array([values], info(tf.float32))
    assert time.perf_counter() - started < 10.0
