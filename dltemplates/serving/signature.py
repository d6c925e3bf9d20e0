"""What a SavedModel takes and gives, as its `saved_model.pb` says."""

from dataclasses import dataclass
from typing import Any

import tensorflow as tf

PREDICT, CLASSIFY, REGRESS = (
    f"tensorflow/serving/{method}" for method in ("predict", "classify", "regress")
)


@dataclass(frozen=True)
class TensorInfo:
    """A named input or output.

    Attributes:
        name: Its name in the signature.
        tensor: Its name in the graph.
        dtype: Its type; None of what is no tensor.
        shape: Its dimensions, None where any size will do; None where any rank will do.
    """

    name: str
    tensor: str
    dtype: tf.DType | None
    shape: tuple[int | None, ...] | None

    def takes(self, shape: tuple[int, ...]) -> bool:
        """Whether a tensor of this shape will do."""
        if self.shape is None:
            return True
        return len(shape) == len(self.shape) and all(
            expected in (None, size) for expected, size in zip(self.shape, shape, strict=True)
        )

    @property
    def batched(self) -> bool:
        """Whether its first dimension is that of a batch."""
        return bool(self.shape) and self.shape[0] is None  # type: ignore[index]


@dataclass(frozen=True)
class Signature:
    """A signature: its method, and its inputs and outputs by name, in alphabetical order."""

    name: str
    method: str
    inputs: dict[str, TensorInfo]
    outputs: dict[str, TensorInfo]

    @property
    def batched(self) -> bool:
        """Whether requests can be put together to a larger one."""
        tensors = (*self.inputs.values(), *self.outputs.values())
        return bool(self.inputs) and all(info.batched for info in tensors)


def read_signatures(definitions: Any) -> dict[str, Signature]:
    """The signatures of a MetaGraphDef's `signature_def`."""
    return {
        name: Signature(
            name,
            definitions[name].method_name,
            _tensors(definitions[name].inputs),
            _tensors(definitions[name].outputs),
        )
        for name in sorted(definitions)
    }


def _tensors(infos: Any) -> dict[str, TensorInfo]:
    return {
        name: TensorInfo(
            name,
            infos[name].name,
            tf.as_dtype(infos[name].dtype) if infos[name].dtype else None,
            _shape(infos[name].tensor_shape),
        )
        for name in sorted(infos)
    }


def _shape(shape: Any) -> tuple[int | None, ...] | None:
    if shape.unknown_rank:
        return None
    return tuple(None if dim.size < 0 else dim.size for dim in shape.dim)


def signature_json(signature: Signature) -> dict[str, Any]:
    """A signature as TensorFlow Serving's metadata show it."""
    return {
        "inputs": {name: _tensor_json(info) for name, info in signature.inputs.items()},
        "outputs": {name: _tensor_json(info) for name, info in signature.outputs.items()},
        "method_name": signature.method,
        "defaults": {},
    }


def _tensor_json(info: TensorInfo) -> dict[str, Any]:
    sizes = info.shape or ()
    return {
        "dtype": f"DT_{type_name(info.dtype).upper()}",
        "tensor_shape": {
            "dim": [{"size": str(-1 if size is None else size), "name": ""} for size in sizes],
            "unknown_rank": info.shape is None,
        },
        "name": info.tensor,
    }


def type_name(dtype: tf.DType | None) -> str:
    """TensorFlow's name of a type in its own messages, such as `float`, `int64` or `string`."""
    if dtype is None:
        return "invalid"
    return {tf.float32: "float", tf.float64: "double", tf.float16: "half"}.get(dtype, dtype.name)


def shape_text(shape: tuple[int | None, ...]) -> str:
    """A shape as messages show it: `[?,32,32,3]`."""
    return "[" + ",".join("?" if size is None else str(size) for size in shape) + "]"
