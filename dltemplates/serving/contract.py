"""What clients rely on, checked on a running server: our own, or TensorFlow Serving itself."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from dltemplates.errors import ServingError
from dltemplates.serving.client import RefusedError, ServedModel

URL = "SERVING_URL"
_TOLERANCE = 1e-5


@dataclass(frozen=True)
class Served:
    """A model on a server, and the export that its answers should be those of.

    Attributes:
        model: Asks the server.
        export: The same SavedModel, loaded in this process.
    """

    model: ServedModel
    export: Any


@contextlib.contextmanager
def served_export(package: str, export: Callable[[], Path]) -> Iterator[Served]:
    """A server to check: that at `SERVING_URL`, or one of our own on a free port.

    Args:
        package: Of the project, whose `serve` command is run.
        export: Gives the export to serve, the folder of its versions. The server at `SERVING_URL`
            has to serve the project's own, `export/PACKAGE`.

    Raises:
        ServingError: The server does not start.
    """
    if url := os.environ.get(URL):
        yield _served(url, _project(package) / "export" / package)
        return
    folder = export()
    with running_server(package, folder) as url:
        yield _served(url, folder)


@contextlib.contextmanager
def running_server(package: str, export: Path) -> Iterator[str]:
    """Runs `python -m PACKAGE serve` on a free port; gives the model's address.

    Raises:
        ServingError: It does not start; why is on its stderr.
    """
    command = [sys.executable, "-m", package, "serve", "--port", "0", "--export"]
    with subprocess.Popen(
        [*command, str(export.resolve())],
        stdout=subprocess.PIPE,
        text=True,
        cwd=_project(package),
    ) as process:
        try:
            assert process.stdout is not None
            started = re.search(r"http://\S+", process.stdout.readline())
            if started is None:
                raise ServingError("The server did not start.", where=export)
            yield started[0]
        finally:
            process.terminate()


def check_protocol(served: Served) -> None:
    """Asks for status and metadata, and for what is not there.

    Raises:
        AssertionError: The server does not answer as TensorFlow Serving does.
    """
    model = served.model
    assert [each["state"] for each in model.status()].count("AVAILABLE") >= 1
    signature = served.export.signatures["serving_default"]
    described = model.signatures()["serving_default"]
    assert set(described["inputs"]) == set(signature.structured_input_signature[1])
    assert set(described["outputs"]) == set(signature.structured_outputs)
    _check_refused(404, model.version(999_999).predict, [0])
    _check_refused(404, model.version(999_999).status)
    _check_refused(404, ServedModel(f"{model.url}-of-another-name").predict, [0])
    _check_refused(400, model.predict, "no list")  # `instances` is one


def check_answers(
    served: Served, inputs: Mapping[str, np.ndarray], signature: str = "serving_default"
) -> None:
    """Asks for the same by `instances` and by `inputs`, all at once and one item.

    Args:
        served: The server.
        inputs: A value for each input, the items on the first axis; arrays of objects are bytes.
        signature: Which to ask.

    Raises:
        AssertionError: An answer is not that of the export in this process: numbers within 1e-5 of
            their size, all else alike.
    """
    known = served.export.signatures[signature]
    types = {name: spec.dtype for name, spec in known.structured_input_signature[1].items()}
    tensors = {name: tf.constant(value, types[name]) for name, value in inputs.items()}
    expected = {name: value.numpy() for name, value in known(**tensors).items()}
    count = len(next(iter(inputs.values())))
    items = [{name: value[item] for name, value in inputs.items()} for item in range(count)]
    for asked in (items, items[:1]):
        rows = served.model.predict(asked, signature=signature)
        some = {name: value[: len(asked)] for name, value in expected.items()}
        _check_same(_columns(rows, some), some)
    for name in {signature, None if signature == "serving_default" else signature}:
        outputs = served.model.predict(inputs=inputs, signature=name)
        _check_same(_named(outputs, expected), expected)


def _served(url: str, export: Path) -> Served:
    model = ServedModel(url)
    version = max(int(each["version"]) for each in model.status() if each["state"] == "AVAILABLE")
    return Served(model, tf.saved_model.load(str(export / str(version))))


def _project(package: str) -> Path:
    """The folder that the package lies in."""
    spec = find_spec(package)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parents[1]


def _named(outputs: Any, expected: Mapping[str, Any]) -> Mapping[str, Any]:
    """Outputs by name, which the protocol leaves out where there is only one."""
    return dict(zip(expected, [outputs], strict=True)) if len(expected) == 1 else outputs


def _columns(rows: list[Any], expected: Mapping[str, Any]) -> dict[str, list[Any]]:
    named = [_named(row, expected) for row in rows]
    return {name: [row[name] for row in named] for name in named[0]}


def _check_same(answer: Mapping[str, Any], expected: Mapping[str, np.ndarray]) -> None:
    assert set(answer) == set(expected)
    for name, wanted in expected.items():
        if wanted.dtype == object:
            np.testing.assert_array_equal(answer[name], np.vectorize(bytes.decode)(wanted))
        elif wanted.dtype.kind == "f":
            np.testing.assert_allclose(answer[name], wanted, rtol=_TOLERANCE, atol=_TOLERANCE)
        else:
            np.testing.assert_array_equal(answer[name], wanted)


def _check_refused(status: int, ask: Callable[..., Any], *question: Any) -> None:
    try:
        answer = ask(*question)
    except RefusedError as refusal:
        assert refusal.status == status, refusal
        return
    raise AssertionError(f"Expected HTTP status {status}, received {answer}.")
