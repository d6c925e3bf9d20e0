"""The programs that run exported models, each in a process of its own."""

import pickle
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from dltemplates.errors import ExportError
from dltemplates.export.child_process import last_words, run_child

Runtime = Literal["savedmodel", "onnx", "litert"]
NAMES: dict[Runtime, str] = {
    "savedmodel": "plain TensorFlow",
    "onnx": "ONNX Runtime",
    "litert": "LiteRT",
}
_CHILD = Path(__file__).with_name("runtime_child.py")
_PATIENCE = 600  # seconds

Call = tuple[str, dict[str, np.ndarray]]
Answer = dict[str, np.ndarray]


def ask(
    runtime: Runtime, model: Path, calls: Sequence[Call], repeats: int = 0
) -> tuple[list[Answer], list[float]]:
    """Sends `calls` to an exported model, in a fresh process that has its runtime alone.

    Args:
        runtime: What runs it.
        model: Folder of a SavedModel, or file.
        calls: Names of signatures, which only a SavedModel has, and arrays by input name; an
            object array of `bytes` for strings.
        repeats: How often each call is timed, after it was answered once.

    Returns:
        The outputs of each call by name, and the median of its times in seconds.

    Raises:
        ExportError: The model cannot be loaded, or does not answer.
    """
    with tempfile.TemporaryDirectory() as folder:
        requests, answers = Path(folder, "requests"), Path(folder, "answers")
        requests.write_bytes(pickle.dumps({"calls": list(calls), "repeats": repeats}))
        us = __package__.split(".")[0]
        try:
            child = run_child(_CHILD, runtime, model, requests, answers, us, patience=_PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise ExportError(
                f"The export gave no answer within {_PATIENCE} seconds.",
                where=model,
                hint="Is the machine busy?",
            ) from error
        if child.returncode:
            raise ExportError(
                f"The export does not work in {NAMES[runtime]}: {last_words(child)}",
                hint="Run with --debug to see the whole story.",
            ) from RuntimeError(child.stderr)
        found = pickle.loads(answers.read_bytes())
        return found["answers"], found["seconds"]
