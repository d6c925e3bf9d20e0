"""What a request asks a model, and how the answer is written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from dltemplates.serving import json_answer
from dltemplates.serving.examples import read_examples
from dltemplates.serving.image_size import IMAGE_BYTES, check_images, images_in
from dltemplates.serving.json_request import predict_inputs, read_object, signature_name
from dltemplates.serving.loaded_model import LoadedModel
from dltemplates.serving.request_error import RequestError, invalid
from dltemplates.serving.signature import CLASSIFY, REGRESS, Signature

_EXAMPLES = "inputs"  # what both methods call their one input


@dataclass(frozen=True)
class Question:
    """Inputs for a signature of a model.

    Attributes:
        model: Who is asked.
        signature: Which of its signatures.
        arrays: All inputs of the signature.
        write: Makes the JSON value of the answer from the outputs; raises `RequestError`.
    """

    model: LoadedModel
    signature: Signature
    arrays: dict[str, np.ndarray]
    write: Callable[[dict[str, np.ndarray]], Any]

    @property
    def rows(self) -> int | None:
        """Items in the batch; None if the inputs are no batch, or not of as many as each other."""
        rows = {array.shape[:1] for array in self.arrays.values()}
        (first,) = rows if len(rows) == 1 else ((),)
        return first[0] if first and self.signature.batched else None


def read_question(
    model: LoadedModel, method: str, body: bytes, max_pixels: int, deadline: float
) -> Question:
    """What the body of a request asks.

    Args:
        model: Who is asked.
        method: `predict`, `classify` or `regress`.
        body: JSON.
        max_pixels: The largest image that is taken.
        deadline: When the answer is of no use any more, of `time.monotonic()`.

    Raises:
        RequestError: The body is not what the model takes, or takes too long to read.
    """
    document = read_object(body)
    question = _READERS[method](model, document, deadline)
    check_images(_images(question), max_pixels, deadline)
    return question


def _images(question: Question) -> Iterable[bytes]:
    """All image files that a question holds."""
    if question.signature.method in (CLASSIFY, REGRESS):
        return images_in(question.arrays[_EXAMPLES].reshape(-1))
    array = question.arrays.get(IMAGE_BYTES)
    return () if array is None or array.dtype != object else array.reshape(-1)


def _predict(model: LoadedModel, document: dict[str, Any], deadline: float) -> Question:
    name = signature_name(document)
    signature = model.signatures.get(name)
    if signature is None:
        raise invalid(f'Serving signature name: "{name}" not found in signature def')
    inputs = predict_inputs(document, signature)
    write = json_answer.by_row if inputs.by_row else json_answer.by_column
    return Question(model, signature, inputs.arrays, write)


def _classify(model: LoadedModel, document: dict[str, Any], deadline: float) -> Question:
    signature = _signature(model, document, CLASSIFY, "classification")
    if not 1 <= len(signature.outputs) <= 2:
        raise invalid(f"Expected one or two output Tensors, found {len(signature.outputs)}")
    if not {"classes", "scores"} & set(signature.outputs):
        raise invalid(
            "Expected classification signature outputs to contain at least one of "
            '"classes" or "scores".'
        )
    examples = read_examples(document, deadline)
    return Question(
        model, signature, {_EXAMPLES: examples}, partial(_classifications, len(examples))
    )


def _regress(model: LoadedModel, document: dict[str, Any], deadline: float) -> Question:
    signature = _signature(model, document, REGRESS, "regression")
    if set(signature.outputs) != {"outputs"}:
        raise invalid("Expected one output Tensor.")
    examples = read_examples(document, deadline)
    return Question(model, signature, {_EXAMPLES: examples}, partial(_regressions, len(examples)))


def _signature(model: LoadedModel, document: dict[str, Any], method: str, title: str) -> Signature:
    name = signature_name(document)
    signature = model.signatures.get(name)
    if signature is None:
        raise invalid(f"No signature was found with the name: {name}")
    if signature.method != method:
        raise invalid(
            f"Expected {title} signature method_name to be {method}. Was: {signature.method}"
        )
    if len(signature.inputs) != 1:
        raise invalid("Expected one input Tensor.")
    info = signature.inputs.get(_EXAMPLES)
    if info is None or info.dtype != tf.string:
        raise invalid(f"No {title} inputs found in SignatureDef: {name}")
    return signature


def _classifications(count: int, outputs: dict[str, np.ndarray]) -> dict[str, list]:
    for array in outputs.values():
        if array.ndim != 2 or len(array) != count:
            raise RequestError(
                400, f"Expected Tensor shape: [batch_size num_classes] but got {array.shape}"
            )
    classes, scores = outputs.get("classes"), outputs.get("scores")
    if classes is None:
        classes = np.full(scores.shape, b"", object)  # type: ignore[union-attr]
    if scores is None:
        scores = np.zeros(classes.shape, np.float32)
    labels = [[json_answer.text_of(name) for name in row] for row in classes]
    pairs = zip(labels, json_answer.numbers(scores), strict=True)
    return {"results": [list(map(list, zip(*pair, strict=True))) for pair in pairs]}


def _regressions(count: int, outputs: dict[str, np.ndarray]) -> dict[str, list]:
    values = outputs["outputs"]
    if values.shape not in ((count,), (count, 1)):
        raise invalid(
            "Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got "
            f"{values.shape}"
        )
    return {"results": json_answer.numbers(values.reshape(-1))}


_READERS = {"predict": _predict, "classify": _classify, "regress": _regress}
