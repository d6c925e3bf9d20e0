"""The body of a request, read as TensorFlow Serving reads it."""

import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from dltemplates.serving.json_tensor import Infinite, is_base64, rows_to_array, shown, to_array
from dltemplates.serving.request_error import invalid
from dltemplates.serving.signature import Signature, TensorInfo

DEFAULT_SIGNATURE = "serving_default"
_INSTANCES, _INPUTS, _SIGNATURE = "instances", "inputs", "signature_name"
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")  # half of a character, which may lack its other half


@dataclass(frozen=True)
class PredictInputs:
    """The inputs of a predict request.

    Attributes:
        arrays: By input name.
        by_row: Whether they came as `instances`, and the answer is to be one of rows.
    """

    arrays: dict[str, np.ndarray]
    by_row: bool


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; NaN, Infinity and -Infinity count as numbers.

    Raises:
        RequestError: It is not UTF-8, or no JSON object, or nested too deep.
    """
    if not body:
        raise invalid("JSON Parse error: The document is empty")
    try:
        text = body.decode("utf-8-sig")
        document = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise invalid(f"JSON Parse error: Not UTF-8 at offset: {error.start}") from None
    except json.JSONDecodeError as error:
        raise invalid(
            f"JSON Parse error: Invalid value. {error.msg} at offset: {error.pos}"
        ) from None
    except RecursionError:
        raise invalid("JSON Parse error: Lists or objects are nested too deep") from None
    except ValueError:  # an integer of thousands of digits
        raise invalid("JSON Parse error: Number too big to be stored") from None
    if type(document) is not dict:
        raise invalid(f"JSON Value: {shown(document)} Is not object")
    if _SURROGATE.search(text):
        _check_unicode(document)
    return document


def _constant(word: str) -> float:
    return float(word) if word == "NaN" else Infinite(word)


_DECODER = json.JSONDecoder(parse_constant=_constant)


def _check_unicode(document: Any) -> None:
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise invalid("JSON Parse error: The surrogate pair in string is invalid.") from None


def signature_name(document: dict[str, Any]) -> str:
    """Which signature a request is for.

    Raises:
        RequestError: It is named by something else than a string.
    """
    name = document.get(_SIGNATURE, "")
    if type(name) is not str:
        raise invalid(
            f"JSON Value: {shown(document)} not formatted correctly. 'signature_name' key must be "
            "a string value."
        )
    return name or DEFAULT_SIGNATURE


def predict_inputs(document: dict[str, Any], signature: Signature) -> PredictInputs:
    """The inputs of a predict request, by row (`instances`) or by column (`inputs`).

    Raises:
        RequestError: They are not what the signature takes.
    """
    if not signature.inputs:
        raise invalid(f"Failed to get input map for signature: {signature.name}")
    if _INSTANCES in document and _INPUTS in document:
        raise invalid(
            f"JSON Value: {shown(document)} Not formatted correctly expecting only one of "
            "'inputs' or 'instances' keys to exist "
        )
    if _INSTANCES in document:
        rows = document[_INSTANCES]
        if type(rows) is not list:
            raise invalid(
                f"JSON Value: {shown(document)} Expecting 'instances' to be an list/array"
            )
        if not rows:
            raise invalid(f"JSON Value: {shown(document)} No values in 'instances' array")
        return PredictInputs(_from_rows(rows, signature.inputs), by_row=True)
    if _INPUTS in document:
        return PredictInputs(_from_columns(document[_INPUTS], signature.inputs), by_row=False)
    raise invalid("Missing 'inputs' or 'instances' key")


def _from_rows(rows: list, infos: dict[str, TensorInfo]) -> dict[str, np.ndarray]:
    if not _is_named(rows[0]):
        if len(infos) > 1:
            raise invalid(
                "instances is a plain list, but expecting list of objects as multiple input "
                "tensors required as per tensorinfo_map"
            )
        for number, row in enumerate(rows):
            if _is_named(row):
                raise invalid(f"Expecting value/list but got object at item {number} of input list")
        (name,) = infos
        return {name: rows_to_array(rows, infos[name])}
    for number, row in enumerate(rows):
        _check_names(number, row, infos)
    return {name: rows_to_array([row[name] for row in rows], info) for name, info in infos.items()}


def _check_names(number: int, row: Any, infos: dict[str, TensorInfo]) -> None:
    if not _is_named(row):
        raise invalid(f"Expecting object but got list at item {number} of input list")
    for name in row:
        if name not in infos:
            raise invalid(
                f"Failed to process element: {number} key: {name} of 'instances' list. Error: "
                f"INVALID_ARGUMENT: JSON object: does not have named input: {name}"
            )
    if len(row) != len(infos):
        raise invalid(
            f"Failed to process element: {number} of 'instances' list. JSON object: {shown(row)} "
            f"keys must be equal to: {','.join(infos)}"
        )


def _is_named(value: Any) -> bool:
    return type(value) is dict and not is_base64(value)


def _from_columns(value: Any, infos: dict[str, TensorInfo]) -> dict[str, np.ndarray]:
    if not _is_named(value):
        if len(infos) > 1:
            raise invalid(
                "inputs is a plain value/list, but expecting an object as multiple input tensors "
                "required as per tensorinfo_map"
            )
        (name,) = infos
        return {name: to_array(value, infos[name])}
    for name in infos:
        if name not in value:
            raise invalid(f"Missing named input: {name} in 'inputs' object.")
    for name in value:
        if name not in infos:
            raise invalid(
                f"JSON object: does not have named input: {name}. Known: {','.join(infos)}"
            )
    return {name: to_array(value[name], info) for name, info in infos.items()}
