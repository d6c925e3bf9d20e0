"""TensorFlow Serving's REST protocol: paths, methods and errors below `/v1`.

As tensorflow_serving/model_servers/http_rest_api_util.cc and http_rest_api_handler.cc.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from dltemplates.serving import json_answer
from dltemplates.serving.loaded_model import LoadedModel
from dltemplates.serving.request_error import RequestError, invalid
from dltemplates.serving.signature import signature_json
from dltemplates.serving.versions import ModelVersions
from dltemplates.serving.workers import Call, Workers

_MODEL = r"/v1/models/(?P<model>[^/:]+)(?:/versions/(?P<version>\d+)|/labels/(?P<label>[^/:]+))?"
_QUESTION = re.compile(_MODEL + r":(?P<method>classify|regress|predict)", re.IGNORECASE | re.ASCII)
_STATUS = re.compile(_MODEL + r"(?:/(?P<metadata>metadata))?", re.IGNORECASE | re.ASCII)
_LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Address:
    """What a path below `/v1` names.

    Attributes:
        endpoint: `predict`, `classify`, `regress`, `status` or `metadata`.
        model: Name of a model.
        version: Its version, if one is named.
    """

    endpoint: str
    model: str
    version: int | None


def parse_path(method: str, path: str) -> Address:
    """What a request is for.

    Args:
        method: `GET` or `POST`.
        path: As it was sent, percent signs and all.

    Raises:
        RequestError: TensorFlow Serving does not have such a path, or not for this method.
    """
    pattern = {"POST": _QUESTION, "GET": _STATUS}.get(method)
    match = pattern.fullmatch(path) if pattern else None
    if match is None:
        if method == "GET" and path.lower() in ("/v1/models", "/v1/models/metadata"):
            raise invalid("Missing model name in request.")
        raise invalid(f"Malformed request: {method} {path}")
    parts = match.groupdict()
    if parts["label"] is not None:
        raise invalid(f"Unrecognized servable version label: {unquote(parts['label'])}")
    version = parts["version"]
    if version is not None and (len(version) > 19 or int(version) > _LARGEST):
        raise invalid(f"Failed to convert version: {version} to numeric.")
    endpoint = (parts.get("method") or parts.get("metadata") or "status").lower()
    return Address(endpoint, unquote(parts["model"]), None if version is None else int(version))


class RestApi:
    """Answers what is asked below `/v1`.

    Args:
        name: The model's name.
        versions: Its versions.
        workers: Who answers questions.
        timeout: Seconds that an answer may take.
    """

    def __init__(
        self, name: str, versions: ModelVersions, workers: Workers, timeout: float
    ) -> None:
        self.name = name
        self.versions = versions
        self._workers = workers
        self.timeout = timeout

    async def answer(
        self, address: Address, body: bytes, started: float, packed: bool = False
    ) -> bytes:
        """The JSON that answers a request.

        Args:
            address: What it is for.
            body: Its body.
            started: When it came, of `time.monotonic()`.
            packed: Whether the body is, by gzip.

        Raises:
            RequestError: It is refused.
        """
        if address.endpoint == "status":
            return json_answer.encode(self._status(address))
        model = self._model(address)
        if address.endpoint == "metadata":
            return json_answer.encode(self._metadata(model))
        call = Call(model, address.endpoint, body, packed, started + self.timeout)
        return await self._workers.answer(call)

    def check(self, address: Address) -> None:
        """Refuses a request for a model or a version that is not here.

        Raises:
            RequestError: It is for another one.
        """
        if address.endpoint != "status":
            self._model(address)

    def _model(self, address: Address) -> LoadedModel:
        model = self.versions.current
        wrong_version = address.version not in (None, model.version)
        if address.model != self.name or wrong_version:
            if address.version is None:
                request = f"Latest({address.model})"
            else:
                request = f"Specific({address.model}, {address.version})"
            raise RequestError(404, f"Servable not found for request: {request}")
        return model

    def _status(self, address: Address) -> dict:
        states = self.versions.states() if address.model == self.name else []
        if address.version is not None:
            states = [pair for pair in states if pair[0] == address.version]
            if not states:
                raise RequestError(
                    404, f"Could not find version {address.version} of model {address.model}"
                )
        if not states:
            raise RequestError(404, f"Could not find any versions of model {address.model}")
        return {"model_version_status": [state.as_dict(version) for version, state in states]}

    def _metadata(self, model: LoadedModel) -> dict:
        signatures = {name: signature_json(each) for name, each in model.signatures.items()}
        return {
            "model_spec": {"name": self.name, "signature_name": "", "version": str(model.version)},
            "metadata": {"signature_def": {"signature_def": signatures}},
        }
