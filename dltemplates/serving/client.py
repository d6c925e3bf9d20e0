"""A client of a served model: TensorFlow Serving's REST protocol, in the standard library alone."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from dltemplates.errors import ServingError


class RefusedError(ServingError):
    """A server's answer that it cannot do what it was asked.

    Attributes:
        status: The HTTP status.
    """

    def __init__(self, status: int, message: str, url: str) -> None:
        super().__init__(f"{message} (HTTP {status})", where=url)
        self.status = status


class ServedModel:
    """A model that some server answers for: `dltemplates.serving` or TensorFlow Serving itself.

    Args:
        url: The model's address, such as `http://localhost:8501/v1/models/flowers`, or that of a
            version, `…/versions/3`.
        timeout: Seconds to wait for an answer.
    """

    def __init__(self, url: str, timeout: float = 60.0) -> None:
        self.url = url.rstrip("/")
        self._timeout = timeout

    def version(self, number: int) -> "ServedModel":
        """The same model, of one version."""
        return ServedModel(f"{self.url}/versions/{number}", self._timeout)

    def status(self) -> list[dict[str, Any]]:
        """The versions that the server knows, each with `version` (text), `state` and `status`.

        Raises:
            RefusedError: It knows no such model or version.
            ServingError: It does not answer.
        """
        answer: list[dict[str, Any]] = self._ask("")["model_version_status"]
        return answer

    def signatures(self) -> dict[str, Any]:
        """The signatures by name, with their `inputs` and `outputs`. Errors as in `status`."""
        answer: dict[str, Any] = self._ask("/metadata")["metadata"]["signature_def"]
        return dict(answer["signature_def"])

    def predict(
        self,
        instances: Sequence[Any] | None = None,
        *,
        inputs: Any = None,
        signature: str | None = None,
    ) -> Any:
        """Asks the model, item by item with `instances`, or tensor by tensor with `inputs`.

        Args:
            instances: An entry an item: the value of the only input, or values by input.
            inputs: The value of the only input for all items, or such values by input.
            signature: Which signature; default: `serving_default`.

        Values are what JSON has, and bytes (sent as base64), NaN, infinities and NumPy arrays.

        Returns:
            An answer for each item, or for `inputs` each output for all items; by output where
            there are several.

        Raises:
            RefusedError: The server refuses what it was asked.
            ServingError: It does not answer.
        """
        question = {"signature_name": signature} if signature else {}
        if inputs is None:
            return self._ask(":predict", question | {"instances": instances})["predictions"]
        return self._ask(":predict", question | {"inputs": inputs})["outputs"]

    def _ask(self, path: str, question: Mapping[str, Any] | None = None) -> dict[str, Any]:
        url = self.url + path
        body = None if question is None else json.dumps(question, default=_encoded).encode()
        request = Request(url, body, {"Content-Type": "application/json"})
        try:
            with urlopen(request, timeout=self._timeout) as answer:
                return dict(json.load(answer))
        except HTTPError as error:
            raise RefusedError(error.code, _message(error.read()), url) from None
        except (URLError, OSError) as error:
            reason = getattr(error, "reason", error)
            raise ServingError(f"The server does not answer: {reason}.", where=url) from None


def _encoded(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"b64": base64.b64encode(value).decode()}
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"Expected what JSON has, bytes or an array, received {type(value).__name__}.")


def _message(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body.decode("utf-8", "replace")[:500]
