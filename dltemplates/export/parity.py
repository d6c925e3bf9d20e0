"""The parity gate: an export must answer as the model did, in a process without Keras."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from dltemplates.errors import ExportError
from dltemplates.export.runtime import Runtime, ask


@dataclass(frozen=True)
class Request:
    """One call of a signature, and the outputs that the Python model gives for it.

    Attributes:
        signature: Name of the signature.
        inputs: Arrays by input name; an object array of `bytes` for strings.
        expected: Arrays by output name. Numbers must agree within the tolerance, strings exactly.
        units: What differences of an output are measured in, by its name; 1 where it is not named.
            Arrays that can be divided by.
        case: What is sent, in a few words.
        real: Whether these are data that the model is for, and not an edge case.
    """

    signature: str
    inputs: dict[str, np.ndarray]
    expected: dict[str, np.ndarray]
    units: dict[str, np.ndarray] = field(default_factory=dict)
    case: str = ""
    real: bool = False

    @property
    def items(self) -> int:
        return len(next(iter(self.inputs.values()), ()))


@dataclass(frozen=True)
class Case:
    """How far the answers to one request are from the model's."""

    case: str
    signature: str
    items: int
    largest_difference: float


@dataclass(frozen=True)
class Parity:
    """How far an export is from its model.

    Attributes:
        largest_difference: Largest difference of any number in any answer, in its output's unit.
        tolerance: The largest that was allowed.
        cases: The requests, one by one.
    """

    largest_difference: float
    tolerance: float
    cases: tuple[Case, ...]

    @property
    def items(self) -> int:
        """Items sent, over all requests."""
        return sum(case.items for case in self.cases)

    def as_dict(self) -> dict:
        cases = [asdict(case) for case in self.cases]
        return {**asdict(self), "cases": cases, "requests": len(self.cases), "items": self.items}


def check_parity(
    export: Path,
    requests: Sequence[Request],
    tolerance: float = 1e-5,
    runtime: Runtime = "savedmodel",
) -> Parity:
    """Sends `requests` to an exported model, loaded in a fresh process without Keras.

    Raises:
        ExportError: The export cannot be loaded, or an answer differs by more than `tolerance`.
    """
    answers, _ = ask(runtime, export, [(request.signature, request.inputs) for request in requests])
    cases = tuple(map(_case, requests, answers))
    worst = max(cases, key=lambda case: case.largest_difference)
    if not worst.largest_difference <= tolerance < np.inf:
        raise ExportError(
            "The export does not answer as the model does: answers differ by up to "
            f"{worst.largest_difference:.2g}, allowed is {tolerance:.2g}. It was asked for "
            f"{worst.case}.",
            hint="Preprocessing that differs is the usual cause."
            if runtime == "savedmodel"
            else "Export a SavedModel, which holds every network, or try another --precision.",
        )
    return Parity(worst.largest_difference, tolerance, cases)


def _case(request: Request, answer: dict[str, np.ndarray]) -> Case:
    differences = [
        _difference(request.signature, name, expected, answer, request.units.get(name, 1.0))
        for name, expected in request.expected.items()
    ]
    return Case(request.case, request.signature, request.items, max(differences))


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
