"""Arrays to JSON, in the shapes that TensorFlow Serving gives them."""

import base64
import json
from typing import Any

import numpy as np

from dltemplates.serving.request_error import invalid


def encode(value: Any) -> bytes:
    """JSON in UTF-8, with NaN, Infinity and -Infinity as bare words."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def by_row(outputs: dict[str, np.ndarray]) -> dict[str, list]:
    """`{"predictions": […]}`: a value for each row, or an object where there are several outputs.

    Raises:
        RequestError: The outputs are not of as many rows as each other.
    """
    rows = -1
    for name, array in outputs.items():
        if array.ndim == 0:
            raise invalid(f"Tensor name: {name} has no shape information ")
        if rows not in (-1, len(array)):
            raise invalid(
                f"Tensor name: {name} has inconsistent batch size: {len(array)} expecting: {rows}"
            )
        rows = len(array)
    columns = [_values(name, array) for name, array in outputs.items()]
    if len(columns) == 1:
        return {"predictions": columns[0]}
    return {
        "predictions": [dict(zip(outputs, row, strict=True)) for row in zip(*columns, strict=True)]
    }


def by_column(outputs: dict[str, np.ndarray]) -> dict[str, Any]:
    """`{"outputs": …}`: the tensor, or an object of tensors where there are several outputs."""
    columns = {name: _values(name, array) for name, array in outputs.items()}
    return {"outputs": columns if len(columns) > 1 else next(iter(columns.values()))}


def text_of(contents: bytes) -> str:
    """A string that a model gives; what is no UTF-8 in it is replaced."""
    return contents.decode("utf-8", "replace")


def numbers(array: np.ndarray) -> list:
    """Numbers in nested lists; of float32, those with the fewest digits that tell it apart."""
    if array.dtype != np.float32:
        return array.tolist()
    return array.astype("U").astype(np.float64).tolist()


def _values(name: str, array: np.ndarray) -> Any:
    if array.dtype != object:
        return numbers(array)
    if name.endswith("_bytes"):
        return _each(array, lambda contents: {"b64": base64.b64encode(contents).decode()})
    return _each(array, text_of)


def _each(array: np.ndarray, change: Any) -> Any:
    changed = np.empty(array.shape, object)
    changed.reshape(-1)[:] = [change(contents) for contents in array.reshape(-1)]
    return changed.tolist()
