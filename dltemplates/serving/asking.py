"""Asks models, one question at a time or several of one kind together."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from dltemplates.serving.question import Question
from dltemplates.serving.request_error import RequestError, check_time, request_error_of

Outputs = dict[str, np.ndarray]


def ask(question: Question, deadline: float) -> Outputs:
    """The outputs for a question.

    Args:
        question: What to ask.
        deadline: When the answer is of no use any more, of `time.monotonic()`.

    Raises:
        RequestError: The model refuses the inputs (it says which of several), or takes too long.
    """
    try:
        return _run(question, question.arrays, deadline)
    except tf.errors.InvalidArgumentError as error:
        raise _named(question, _culprit(question, error, deadline)) from None
    except tf.errors.OpError as error:
        raise request_error_of(error) from None


def ask_together(questions: Sequence[Question], deadline: float) -> list[Outputs] | None:
    """The outputs for questions of one kind (`kind`), in one call.

    Returns:
        Outputs for each, or None where they have to be asked one by one: one of them is refused.
    """
    arrays = {
        name: np.concatenate([question.arrays[name] for question in questions])
        for name in questions[0].arrays
    }
    try:
        outputs = _run(questions[0], arrays, deadline)
    except (tf.errors.OpError, RequestError):  # one is refused, or has no time left
        return None
    counts = [question.rows or 0 for question in questions]
    if any(array.ndim == 0 or len(array) != sum(counts) for array in outputs.values()):
        return None
    ends = np.cumsum(counts)[:-1]
    parts = {name: np.split(array, ends) for name, array in outputs.items()}
    return [{name: parts[name][index] for name in parts} for index in range(len(questions))]


def kind(question: Question) -> tuple | None:
    """What questions that can be asked together have in common; None where they cannot."""
    if question.rows is None:
        return None
    shapes = tuple(array.shape[1:] for array in question.arrays.values())
    return id(question.model), question.signature.name, shapes


def _run(question: Question, arrays: Outputs, deadline: float) -> Outputs:
    return question.model.run(question.signature, arrays, check_time(deadline))


def _culprit(
    question: Question, error: tf.errors.OpError, deadline: float
) -> tuple[int | None, tf.errors.OpError]:
    """Which item of the batch is refused when asked alone, and why."""
    if question.rows is None or question.rows < 2:
        return None, error
    for row in range(question.rows):
        alone = {name: array[row : row + 1] for name, array in question.arrays.items()}
        try:
            _run(question, alone, deadline)
        except tf.errors.InvalidArgumentError as own:
            return row, own
        except (tf.errors.OpError, RequestError):
            break
    return None, error


def _named(question: Question, culprit: tuple[int | None, tf.errors.OpError]) -> RequestError:
    row, error = culprit
    refusal = request_error_of(error)
    where = ", ".join(repr(name) for name in question.arrays)
    element = "" if row is None else f", element {row}"
    return RequestError(refusal.status, f"Input {where}{element}: {refusal.message}")
