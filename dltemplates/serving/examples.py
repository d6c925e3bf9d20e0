"""Examples of classify and regress requests: JSON objects to serialized `tf.train.Example`.

Rules and messages follow tensorflow_serving/util/json_tensor.cc.
"""

from typing import Any

import numpy as np
import tensorflow as tf

from dltemplates.serving.json_tensor import JSON_TYPES, decode_base64, is_base64, shown
from dltemplates.serving.request_error import check_time, invalid

_LARGEST, _SMALLEST = 2**63 - 1, -(2**63)
_BETWEEN_LOOKS = 1_000  # examples between looks at the clock
_LARGEST_FLOAT = float(np.finfo(np.float32).max)


def read_examples(document: dict[str, Any], deadline: float) -> np.ndarray:
    """The serialized examples of a request, bytes, `(batch,)`.

    Features of an object `context` are those of every example that does not say otherwise.

    Args:
        document: The request.
        deadline: When the answer is of no use any more, of `time.monotonic()`.

    Raises:
        RequestError: There are none, a feature is of no type or of several, or time is up.
    """
    context = b""
    if "context" in document:
        context = _example(document["context"])
    if "examples" not in document:
        raise invalid(
            f"JSON Value: {shown(document)} When method is classify, key 'examples' is expected "
            "and was not found"
        )
    examples = document["examples"]
    if type(examples) is not list:
        raise invalid(
            f"JSON Value: {shown(document)} Expecting 'examples' value to be an list/array"
        )
    if not examples:
        raise invalid(f"JSON Value: {shown(document)} 'examples' value is an empty array")
    array = np.empty(len(examples), object)
    for number, example in enumerate(examples):
        array[number] = context + _example(example)
        if number % _BETWEEN_LOOKS == 0:
            check_time(deadline)
    return array


def _example(value: Any) -> bytes:
    if type(value) is not dict:
        raise invalid(f"Example must be JSON object but got JSON {_json_type(value)}")
    features = {name: _feature(name, content) for name, content in value.items()}
    return tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString()


def _feature(name: str, content: Any) -> tf.train.Feature:
    values = content if type(content) is list else [content]
    kinds = [_kind(name, value) for value in values]
    for kind in kinds:
        if kind != kinds[0]:
            raise invalid(f"Unexpected element type in feature: {name} expecting type: {kinds[0]}")
    if not kinds:
        return tf.train.Feature()
    if kinds[0] == "bytes":
        contents = [
            value.encode() if type(value) is str else decode_base64(value) for value in values
        ]
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=contents))
    if kinds[0] == "float":
        if any(abs(value) > _LARGEST_FLOAT and type(value) is float for value in values):
            raise invalid(f"Feature: {name} has an element that is out of range of type: float")
        return tf.train.Feature(float_list=tf.train.FloatList(value=values))
    if not all(_SMALLEST <= value <= _LARGEST for value in values):
        raise invalid(f"Feature: {name} has uint64_t element. Only int64_t is supported.")
    return tf.train.Feature(int64_list=tf.train.Int64List(value=map(int, values)))


def _kind(name: str, value: Any) -> str:
    if type(value) in (bool, int):
        return "int64"
    if isinstance(value, float):
        return "float"
    if type(value) is str or is_base64(value):
        return "bytes"
    raise invalid(f"Feature: {name} has element with unexpected JSON type: {_json_type(value)}")


def _json_type(value: Any) -> str:
    return str(value) if type(value) is bool else JSON_TYPES[type(value)]
