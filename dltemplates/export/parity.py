"""The parity gate: an export must answer as the model did, in a process without Keras."""

import os
import pickle
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from dltemplates.errors import ExportError

_CHILD = Path(__file__).with_name("parity_child.py")
_PATIENCE = 600  # seconds


@dataclass(frozen=True)
class Request:
    """One call of a signature, and the outputs that the Python model gives for it.

    Attributes:
        signature: Name of the signature.
        inputs: Arrays by input name; an object array of `bytes` for strings.
        expected: Arrays by output name. Numbers must agree within the tolerance, strings exactly.
        units: What differences of an output are measured in, by its name; 1 where it is not named.
            Arrays that can be divided by.
    """

    signature: str
    inputs: dict[str, np.ndarray]
    expected: dict[str, np.ndarray]
    units: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Parity:
    """How far an export is from its model.

    Attributes:
        largest_difference: Largest difference of any number in any answer, in its output's unit.
        tolerance: The largest that was allowed.
        requests: Calls made.
        items: Items sent, over all calls.
    """

    largest_difference: float
    tolerance: float
    requests: int
    items: int

    def as_dict(self) -> dict:
        return asdict(self)


def check_parity(export: Path, requests: list[Request], tolerance: float = 1e-5) -> Parity:
    """Sends `requests` to the SavedModel in `export`, loaded in a fresh process without Keras.

    Raises:
        ExportError: The export cannot be loaded, or an answer differs by more than `tolerance`.
    """
    answers = _ask(export, [(request.signature, request.inputs) for request in requests])
    largest = 0.0
    for request, answer in zip(requests, answers, strict=True):
        for name, expected in request.expected.items():
            unit = request.units.get(name, 1.0)
            largest = max(largest, _difference(request.signature, name, expected, answer, unit))
    if not largest <= tolerance:
        raise ExportError(
            f"The export does not answer as the model does: answers differ by up to {largest:.2g}, "
            f"allowed is {tolerance:.2g}.",
            hint="Nothing was exported. Preprocessing that differs is the usual cause.",
        )
    items = sum(len(next(iter(request.inputs.values()), ())) for request in requests)
    return Parity(largest, tolerance, len(requests), items)


def _ask(export: Path, calls: list[tuple[str, dict]]) -> list[dict]:
    with tempfile.TemporaryDirectory() as folder:
        requests, answers = Path(folder, "requests"), Path(folder, "answers")
        requests.write_bytes(pickle.dumps(calls))
        # On the CPU: this process may hold all of a GPU's memory, and a GPU rounds otherwise.
        environment = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
        try:
            child = subprocess.run(
                [sys.executable, "-E", "-P", str(_CHILD), str(export), str(requests), str(answers)],
                env=os.environ | environment,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_PATIENCE,
            )
        except subprocess.TimeoutExpired as error:
            raise ExportError(
                f"The export gave no answer within {_PATIENCE} seconds.",
                hint="Nothing was exported. Is the machine busy?",
            ) from error
        if child.returncode:
            last = (child.stderr.strip().splitlines() or ["it gave no reason"])[-1]
            raise ExportError(
                f"The export does not work in plain TensorFlow: {last}",
                hint="Nothing was exported. Run with --debug to see the whole story.",
            ) from RuntimeError(child.stderr)
        return pickle.loads(answers.read_bytes())


def _difference(
    signature: str, name: str, expected: np.ndarray, answer: dict, unit: np.ndarray | float
) -> float:
    if name not in answer or answer[name].shape != expected.shape:
        got = answer[name].shape if name in answer else sorted(answer)
        raise ExportError(
            f"Signature {signature!r}: expected output {name!r} of shape {expected.shape}, "
            f"got {got}."
        )
    if expected.dtype.kind in "OSU":
        return 0.0 if (answer[name] == expected).all() else np.inf
    if not expected.size:
        return 0.0
    difference = float(np.max(np.abs(answer[name].astype("float64") - expected) / unit))
    return np.inf if np.isnan(difference) else difference  # max() would lose a NaN
