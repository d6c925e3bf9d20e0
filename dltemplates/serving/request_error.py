"""A request that is answered with an error, and the status of that answer."""

import re
import time

import tensorflow as tf

# What TensorFlow Serving answers for each of TensorFlow's errors (model_servers/http_server.cc).
_STATUS = {
    tf.errors.CANCELLED: 499,
    tf.errors.INVALID_ARGUMENT: 400,
    tf.errors.DEADLINE_EXCEEDED: 504,
    tf.errors.NOT_FOUND: 404,
    tf.errors.ALREADY_EXISTS: 409,
    tf.errors.PERMISSION_DENIED: 403,
    tf.errors.RESOURCE_EXHAUSTED: 429,
    tf.errors.FAILED_PRECONDITION: 400,
    tf.errors.ABORTED: 409,
    tf.errors.OUT_OF_RANGE: 400,
    tf.errors.UNIMPLEMENTED: 501,
    tf.errors.UNAVAILABLE: 503,
    tf.errors.UNAUTHENTICATED: 401,
}
# Where in the graph it happened: of no use to who sent the request.
_GRAPH = re.compile(r"\{\{.*?\}\} ?|\[Op:.*?\]")


class RequestError(Exception):
    """Why a request gets no answer.

    Args:
        status: The HTTP status.
        message: What is wrong, for who sent the request.
        retry_after: Seconds after which trying again makes sense.
    """

    def __init__(self, status: int, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after = retry_after


def invalid(message: str) -> RequestError:
    """The refusal of a request that is at fault itself."""
    return RequestError(400, message)


def check_time(deadline: float) -> float:
    """Seconds that are left until a deadline.

    Args:
        deadline: When an answer is of no use any more, of `time.monotonic()`.

    Raises:
        RequestError: None are left.
    """
    seconds = deadline - time.monotonic()
    if seconds <= 0.0:
        raise RequestError(504, "The answer took too long.")
    return seconds


def request_error_of(error: tf.errors.OpError) -> RequestError:
    """What TensorFlow's error means for who sent the request."""
    text = error.message.removeprefix("Graph execution error:").lstrip().partition("\n\t")[0]
    return RequestError(_STATUS.get(error.error_code, 500), _GRAPH.sub("", text).strip())
