"""The exports of a model side by side: size, answers, latency."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from dltemplates.columns import align
from dltemplates.errors import ExportError
from dltemplates.export.conversion import FILES
from dltemplates.export.runtime import NAMES, Runtime, ask
from dltemplates.export.task import ExportTask
from dltemplates.project.exported_model import latest_version, read_record
from dltemplates.project.exporting import TOLERANCES, export_folder
from dltemplates.project.measured_items import MeasuredItems

log = logging.getLogger(__name__)

_CHUNK = 256  # items of a request
_CALLS = 10  # requests of a process
_REPEATS = 50
_ROUNDS = 2
_BATCH = 32


@dataclass(frozen=True)
class Row:
    """What was measured of one form of a model.

    Attributes:
        format: What it is.
        version: Its folder; empty for the Keras model.
        size: In bytes.
        measure: Name of `score`.
        score: On the test split; None where it cannot be told.
        one: Milliseconds of a request of one item, the median.
        batch: Milliseconds an item of a request of 32.
    """

    format: str
    version: str
    size: int
    measure: str
    score: float | None
    one: float
    batch: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def found_exports(parent: Path, name: str, run: str) -> list[tuple[str, Runtime, Path]]:
    """The latest version of each export of a run: what it is called, its runtime, its path.

    Those of other runs are left out, with a warning.

    Raises:
        ExportError: There is none.
    """
    found: list[tuple[str, Runtime, Path]] = []
    for runtime, precision in TOLERANCES:
        folder = export_folder(parent, name, runtime, precision)
        try:
            version = latest_version(folder, runtime)
        except ExportError:
            continue
        made_from = read_record(version).get("run")
        if made_from != run:
            log.warning("Left out: %s, which is of the run %s.", version, made_from)
            continue
        label = "SavedModel" if runtime == "savedmodel" else NAMES[runtime]
        label += f" {precision}" if runtime == "litert" else ""
        path = version if runtime == "savedmodel" else version / FILES[runtime]
        found.append((label, runtime, path))
    if not found:
        raise ExportError(
            f"There is no export of the run {run} to compare.",
            where=parent,
            hint="Run export first, and export --format onnx or litert; or name another run with "
            "--run.",
        )
    return found


def compare_exports(
    model: keras.Model,
    data: Any,
    task: ExportTask,
    items: Callable[[keras.Model, Any], MeasuredItems],
    exports: list[tuple[str, Runtime, Path]],
) -> list[Row]:
    """Measures the Keras model and its exports on the test split, the clock in turns."""
    measured = items(model, data)
    portable = task.portable(model)
    ours = _Compiled(portable.model)
    forms: list[tuple[str, Path | None, Any]] = [("Keras, compiled", None, ours)]
    for label, runtime, path in exports:
        forms.append((label, path, _Exported(runtime, path)))
    times: dict[str, list[tuple[float, float]]] = {label: [] for label, *_ in forms}
    for _ in range(_ROUNDS):
        for label, _, form in forms:
            times[label].append(form.times(measured))
    return [
        Row(
            label,
            "" if path is None else str(path),
            _size(path, model),
            measured.measure,
            None if measured.score is None else measured.score(form.answers(measured)),
            *(median(each) * 1_000 for each in zip(*times[label], strict=True)),
        )
        for label, path, form in forms
    ]


def table(rows: list[Row]) -> str:
    """The rows for a terminal."""
    head = ["", "size", rows[0].measure, "one item", f"an item of {_BATCH}"]
    cells = [
        [
            row.format,
            f"{row.size / 1e6:,.2f} MB",
            "" if row.score is None else f"{row.score:.4f}",
            f"{row.one:.2f} ms",
            f"{row.batch:.2f} ms",
        ]
        for row in rows
    ]
    return "\n".join(align([head, *cells], right=" rrrr"))


class _Exported:
    """An exported model in its own runtime."""

    def __init__(self, runtime: Runtime, path: Path) -> None:
        self.runtime, self.path = runtime, path

    def answers(self, items: MeasuredItems) -> dict[str, np.ndarray]:
        signature, inputs = self._call(items)
        calls = [(signature, chunk) for chunk in _chunks(inputs)]
        answers = []
        for start in range(0, len(calls), _CALLS):
            answers += ask(self.runtime, self.path, calls[start : start + _CALLS])[0]
        return _joined(answers)

    def times(self, items: MeasuredItems) -> tuple[float, float]:
        """Seconds of a request of one item, and an item of a request of many."""
        signature, inputs = self._call(items)
        calls = [(signature, _first(inputs, 1)), (signature, _first(inputs, _BATCH))]
        _, (one, many) = ask(self.runtime, self.path, calls, _REPEATS)
        return one, many / _count(calls[1][1])

    def _call(self, items: MeasuredItems) -> tuple[str, Mapping[str, np.ndarray]]:
        return items.served if self.runtime == "savedmodel" else ("", items.portable)


class _Compiled:
    """A Keras model as a compiled function, in this process."""

    def __init__(self, model: keras.Model) -> None:
        self.function = tf.function(
            lambda inputs: model(inputs, training=False), reduce_retracing=True
        )

    def answers(self, items: MeasuredItems) -> dict[str, np.ndarray]:
        return _joined([self._ask(chunk) for chunk in _chunks(items.portable)])

    def times(self, items: MeasuredItems) -> tuple[float, float]:
        many = _first(items.portable, _BATCH)
        return self._time(_first(items.portable, 1)), self._time(many) / _count(many)

    def _ask(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        tensors = {name: tf.constant(value) for name, value in inputs.items()}
        given = tensors if len(tensors) > 1 else next(iter(tensors.values()))
        return {name: value.numpy() for name, value in self.function(given).items()}

    def _time(self, inputs: Mapping[str, np.ndarray]) -> float:
        self._ask(inputs)
        times = []
        for _ in range(_REPEATS):
            start = time.perf_counter()
            self._ask(inputs)
            times.append(time.perf_counter() - start)
        return median(times)


def _first(inputs: Mapping[str, np.ndarray], count: int) -> dict[str, np.ndarray]:
    return {name: values[:count] for name, values in inputs.items()}


def _count(inputs: Mapping[str, np.ndarray]) -> int:
    return len(next(iter(inputs.values())))


def _chunks(inputs: Mapping[str, np.ndarray]) -> list[dict[str, np.ndarray]]:
    return [
        {name: values[start : start + _CHUNK] for name, values in inputs.items()}
        for start in range(0, _count(inputs), _CHUNK)
    ]


def _joined(answers: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([each[name] for each in answers]) for name in answers[0]}


def _size(path: Path | None, model: keras.Model) -> int:
    """Bytes of a file, of what a SavedModel's folder holds, or of a Keras model's weights."""
    if path is None:
        return sum(int(np.prod(v.shape)) * v.value.dtype.size for v in model.variables)
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return sum(each.stat().st_size for each in files)
