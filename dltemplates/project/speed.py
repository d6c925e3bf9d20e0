"""How fast a project trains on this machine, in each precision that it could train in."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dltemplates.columns import align
from dltemplates.errors import TrainingError
from dltemplates.project.amounts import duration, size

_CLOSE = 1.25  # times as fast, or less: measured once more
Measure = Callable[[str | None], dict[str, Any]]


@dataclass
class Speed:
    """What was measured, the configured precision first.

    Attributes:
        unit: What the project trains on, in the plural.
        measured: By precision, as `probe_child` says it.
        failed: By precision, why it could not be measured.
    """

    unit: str
    measured: dict[str, dict[str, Any]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def fastest(self) -> str:
        return min(self.measured, key=lambda name: self.measured[name]["seconds_per_step"])

    def as_dict(self) -> dict[str, Any]:
        return {
            "unit": self.unit,
            "precisions": self.measured,
            "failed": self.failed,
            "fastest_precision": self.fastest,
        }

    def lines(self) -> list[str]:
        """For people."""
        heading = ["precision", f"{self.unit}/s", "step", "validation", "memory", "whole run"]
        rows = [[name, *_cells(found)] for name, found in self.measured.items()]
        lines = [f"  {line}" for line in align([heading, *rows], right=" rrrrr")]
        lines += [f"  {name}: {why}" for name, why in self.failed.items()]
        configured, found = next(iter(self.measured.items()))
        if len(self.measured) > 1:
            lines.append(self._verdict(configured))
        steps = found["epochs"] * found["steps_per_epoch"]
        lines.append(f"The run has {found['epochs']:,} epochs, {steps:,} steps in all.")
        if not found["timed_steps"]:
            lines.append("It is too short to be timed: TensorFlow compiles while it runs.")
        if not found["validation_measured"]:
            lines.append("Validation takes longer than was waited for, and so does the run.")
        return lines

    def _verdict(self, configured: str) -> str:
        fastest, seconds = self.fastest, self._seconds()
        others = [seconds[name] for name in seconds if name != fastest]
        times = min(others) / seconds[fastest]
        if times < 1.05:
            return "They are equally fast, within what can be measured."
        advice = "" if fastest == configured else f': set train.precision = "{fastest}"'
        return f"The fastest is {fastest}, {times:.2f} times as fast{advice}."

    def _seconds(self) -> dict[str, float]:
        return {name: found["seconds_per_step"] for name, found in self.measured.items()}


def measure_speed(measure: Measure, unit: str, *, choice: bool) -> Speed:
    """Measures a training as it is configured, and in the precisions that it could have instead.

    Where two are close, both are measured once more, the other way round, and the better time of
    each counts: what else the machine does must not decide.

    Args:
        measure: Measures once, in a precision; None: the configured one.
        unit: What the project trains on, in the plural.
        choice: Whether the project has a setting for precision.

    Raises:
        TrainingError: The configured training cannot be measured.
    """
    found = measure(None)
    speed = Speed(unit, {found["precision"]: found})
    if not choice:
        return speed
    for name in ("float32", found["auto_precision"]):
        if name in speed.measured or name in speed.failed:
            continue
        try:
            speed.measured[name] = measure(name)
        except TrainingError as error:
            speed.failed[name] = error.message
    seconds = [each["seconds_per_step"] for each in speed.measured.values()]
    if max(seconds) < _CLOSE * min(seconds) and len(seconds) > 1:
        for name in reversed(list(speed.measured)):
            try:
                again = measure(name)
            except TrainingError:
                break
            if again["seconds_per_step"] < speed.measured[name]["seconds_per_step"]:
                speed.measured[name] = again
    return speed


def ask_child(
    package: str,
    runs: Path,
    path: Path,
    overrides: tuple[str, ...],
    limit: float,
    step: str = "train",
) -> dict[str, Any]:
    """Has a process of its own measure `train` or `pretrain` once.

    Raises:
        TrainingError: It failed, or took longer than `limit` seconds.
    """
    command = [sys.executable, "-m", f"{__package__}.probe_child", package, step]
    command += [str(runs), str(path), *overrides]
    try:
        child = subprocess.run(command, capture_output=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        raise TrainingError(
            f"It did not get through its first steps within {limit:.0f} seconds.",
            hint="Wait longer with --limit, or make the data or the network smaller.",
        ) from None
    try:
        answer = json.loads(child.stdout.decode().splitlines()[-1])
    except (ValueError, IndexError):
        answer = None
    if child.returncode or not isinstance(answer, dict):
        said = child.stderr.decode(errors="replace").strip().splitlines()
        raise TrainingError(
            f"The training failed: {said[-1] if said else f'it ended with {child.returncode}'}.",
            hint="The train command, with --debug, says more.",
        )
    if "error" in answer:
        raise TrainingError(answer["error"])
    return answer


def unit_of(schema: Any) -> str:
    """What a project trains on, by the settings of its data."""
    data = schema.model_fields["data"].annotation.model_fields
    for key, unit in {"image_size": "images", "text_column": "texts"}.items():
        if key in data:
            return unit
    sections = (section.annotation.model_fields for section in schema.model_fields.values())
    return "windows" if any({"window", "horizon"} & set(each) for each in sections) else "rows"


def _cells(found: dict[str, Any]) -> list[str]:
    speed = found["items_per_second"]
    return [
        f"{speed:,.0f}" if speed else "?",
        f"{found['seconds_per_step'] * 1000:,.4g} ms",
        f"{found['validation_seconds']:.1f} s",
        size(found["peak_memory"]),
        duration(found["run_seconds"]),
    ]
