"""JSON values to arrays, as TensorFlow Serving reads them, and stricter where that loses something.

Rules and messages follow tensorflow_serving/util/json_tensor.cc. Numbers that do not fit their type
are refused here, not wrapped or made infinite, and so are tensors of a shape that the signature
does not take.
"""

import binascii
import itertools
import json
from typing import Any

import numpy as np
import tensorflow as tf

from dltemplates.serving.request_error import RequestError, invalid
from dltemplates.serving.signature import TensorInfo, shape_text, type_name

_B64 = "b64"
_OUT_OF_RANGE = "out of range"
_SHOWN = 256  # characters of a value that a message repeats
_MOST_DIMENSIONS = 32
_FLOATS = (tf.float32, tf.float64)
_INTEGERS = (tf.int8, tf.uint8, tf.int16, tf.int32, tf.uint32, tf.int64, tf.uint64)


class Infinite(float):
    """Infinity that was asked for by its name; another one is a number too large for its type."""


JSON_TYPES = {  # what messages call them
    type(None): "Null",
    dict: "Object",
    list: "Array",
    str: "String",
    int: "Number",
    float: "Number",
    Infinite: "Number",
}


def to_array(value: Any, info: TensorInfo) -> np.ndarray:
    """The array of a nested list of JSON values.

    Raises:
        RequestError: The value is uneven, of a wrong type or out of range, or has a shape that the
            input does not take.
    """
    try:
        flat, shape = flatten(value)
        array = _leaves(flat, info)
    except RequestError as refusal:
        raise _explained(value, info, refusal) from None
    _check_shape(shape, info)
    return array.reshape(shape)


def rows_to_array(rows: list, info: TensorInfo) -> np.ndarray:
    """The array of a list of values, one for each row of a batch.

    Raises:
        RequestError: As of `to_array`; it names the first row at fault.
    """
    try:
        flat, shape = flatten(rows)
        array = _leaves(flat, info)
    except RequestError as refusal:
        raise _row_at_fault(rows, info, refusal) from None
    _check_shape(shape, info)
    return array.reshape(shape)


def flatten(value: Any) -> tuple[list, tuple[int, ...]]:
    """The values in a nested list, and its shape.

    Raises:
        RequestError: Lists of one level have other lengths, or stand beside single values.
    """
    level, shape = [value], []
    while level and type(level[0]) is list:
        if set(map(type, level)) != {list} or len(sizes := set(map(len, level))) != 1:
            raise invalid("The lists of this value are not all of one length")
        shape.append(sizes.pop())
        if len(shape) > _MOST_DIMENSIONS:
            raise invalid(f"Encountered more than {_MOST_DIMENSIONS} lists inside each other")
        level = list(itertools.chain.from_iterable(level))
    return level, tuple(shape)


def is_base64(value: Any) -> bool:
    """Whether a JSON value is `{"b64": "…"}`."""
    return type(value) is dict and len(value) == 1 and type(value.get(_B64)) is str


def decode_base64(value: dict[str, str]) -> bytes:
    """The bytes of `{"b64": "…"}`; padding may be missing, white space is skipped.

    Raises:
        RequestError: It is no base64.
    """
    text = value[_B64]
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:  # not ASCII, too
        pass
    try:
        text = "".join(text.split()).rstrip("=")
        return binascii.a2b_base64(text + "=" * (-len(text) % 4), strict_mode=True)
    except ValueError:
        raise invalid("Unable to base64 decode") from None


def shown(value: Any) -> str:
    """The beginning of a JSON value, for a message."""
    text = ""
    for part in json.JSONEncoder().iterencode(value):
        text += part[:_SHOWN]
        if len(text) > _SHOWN:
            return text[:_SHOWN]
    return text


def _leaves(flat: list, info: TensorInfo) -> np.ndarray:
    """The array of values that are no lists."""
    found, dtype = set(map(type, flat)), info.dtype
    if dtype == tf.string:
        if not found <= {str, dict}:
            raise invalid("these are no values of type: string")
        return _strings(flat)
    if dtype in _FLOATS and found <= {int, float, Infinite}:
        return _floats(flat, dtype.as_numpy_dtype)
    if (dtype in _INTEGERS and found <= {int}) or (dtype == tf.bool and found <= {bool}):
        return _integers(flat, dtype.as_numpy_dtype)
    raise invalid(f"these are no values of type: {type_name(dtype)}")


def _strings(flat: list) -> np.ndarray:
    array = np.empty(len(flat), object)
    array[:] = [text.encode() if type(text) is str else _bytes(text) for text in flat]
    return array


def _bytes(value: dict) -> bytes:
    if not is_base64(value):
        raise invalid(f"JSON Value: {shown(value)} not formatted correctly for base64 data")
    return decode_base64(value)


def _floats(flat: list, dtype: type) -> np.ndarray:
    try:
        wide = np.array(flat, np.float64)
        with np.errstate(over="raise"):
            array: np.ndarray = wide.astype(dtype)
    except (OverflowError, FloatingPointError):
        raise invalid(_OUT_OF_RANGE) from None
    if any(type(flat[index]) is not Infinite for index in np.flatnonzero(np.isinf(wide))):
        raise invalid(_OUT_OF_RANGE)
    return array


def _integers(flat: list, dtype: type) -> np.ndarray:
    try:
        return np.array(flat, dtype)
    except OverflowError:
        raise invalid(_OUT_OF_RANGE) from None


def _check_shape(shape: tuple[int, ...], info: TensorInfo) -> None:
    if not info.takes(shape):
        raise invalid(
            f"Input {info.name!r} must have shape {shape_text(info.shape or ())}, "
            f"but got {shape_text(shape)}"
        )


# --- What is wrong: only looked for once something is. ---


def _row_at_fault(rows: list, info: TensorInfo, refusal: RequestError) -> RequestError:
    first = _shape_of(rows[0]) if rows else ()
    number = _first_other(rows, first, info)
    if number is None:
        return invalid(f"Input {info.name!r}: {refusal.message}")
    fault = _fault(rows[number], info)
    if fault is None:
        other = _shape_of(rows[number])
        fault = f"Expecting shape {shape_text(first)} but got: {shape_text(other)}"
    return invalid(
        f"Failed to process element: {number} key: {info.name} of 'instances' list. "
        f"Error: INVALID_ARGUMENT: {fault}"
    )


def _explained(value: Any, info: TensorInfo, refusal: RequestError) -> RequestError:
    return invalid(f"Input {info.name!r}: {_fault(value, info) or refusal.message}")


def _first_other(items: list, shape: tuple[int, ...], info: TensorInfo) -> int | None:
    """Which of the values is the first that has another shape, or something wrong in it.

    It halves where that is, so that millions of values take no longer than to read them twice.
    """
    if not items or _all_alike(items, shape, info):
        return None
    low, high = 0, len(items)
    while high - low > 1:
        middle = (low + high) // 2
        if _all_alike(items[low:middle], shape, info):
            low = middle
        else:
            high = middle
    return low


def _all_alike(items: list, shape: tuple[int, ...], info: TensorInfo) -> bool:
    try:
        flat, found = flatten(items)
        _leaves(flat, info)
    except RequestError:
        return False
    return found == (len(items), *shape)


def _shape_of(value: Any) -> tuple[int, ...]:
    """The shape that the first value of each list suggests."""
    shape: list[int] = []
    while type(value) is list and len(shape) <= _MOST_DIMENSIONS:
        shape.append(len(value))
        value = value[0] if value else None
    return tuple(shape)


def _fault(value: Any, info: TensorInfo) -> str | None:
    shape = _shape_of(value)
    if len(shape) > _MOST_DIMENSIONS:
        return f"Encountered list at unexpected level: {len(shape)}"
    return _fault_at(value, 0, shape, info)


def _fault_at(value: Any, level: int, shape: tuple[int, ...], info: TensorInfo) -> str | None:
    if type(value) is not list:
        if level != len(shape):
            return (
                f"JSON Value: {shown(value)} found at incorrect level: {level + 1} in the JSON "
                f"DOM. Expected at level: {len(shape)}"
            )
        return _fault_of_leaf(value, info)
    if level >= len(shape):
        return f"Encountered list at unexpected level: {level} expected < {len(shape)}"
    if len(value) != shape[level]:
        return (
            f"Encountered list at unexpected size: {len(value)} at level: {level} expected size: "
            f"{shape[level]}"
        )
    number = _first_other(value, shape[level + 1 :], info)
    return None if number is None else _fault_at(value[number], level + 1, shape, info)


def _fault_of_leaf(value: Any, info: TensorInfo) -> str | None:
    try:
        _leaves([value], info)
    except RequestError as refusal:
        if type(value) is dict and info.dtype == tf.string:
            return refusal.message
        if refusal.message == _OUT_OF_RANGE:
            return f"JSON Value: {shown(value)} is out of range of type: {type_name(info.dtype)}"
        kind = str(value) if type(value) is bool else JSON_TYPES[type(value)]
        return (
            f"JSON Value: {shown(value)} Type: {kind} is not of expected type: "
            f"{type_name(info.dtype)}"
        )
    return None
