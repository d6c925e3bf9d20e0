"""Runs the tests that projects of a template bring along."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from dltemplates.scaffold.answers import Answers
from dltemplates.scaffold.checking.findings import Check, Collected
from dltemplates.scaffold.checking.rendering import Rendering, structural
from dltemplates.scaffold.template import Template

TIME_LIMIT = 1_800.0  # seconds, of one project's tests
_SHOWN = 15  # lines of what pytest says last


def check_tests(template: Template, renderings: Sequence[Rendering], most: int) -> Check:
    """Tests up to `most` projects that differ in more than numbers and texts."""
    if not find_spec("pytest"):
        missing = "not done: pytest is not installed (python -m pip install pytest)"
        return Check("tests", missing, done=False)
    found = Collected()
    tested = 0
    for rendering in _to_test(template, renderings, most):
        tested += 1
        if problem := _test(rendering):
            found.add("", problem, rendering.answers.settings())
    done = f"of {tested} project{'s' if tested != 1 else ''}, which differ in their choices"
    return Check("tests", done, findings=found.findings())


def _to_test(template: Template, renderings: Sequence[Rendering], most: int) -> list[Rendering]:
    distinct: dict[tuple[object, ...], Answers] = {}  # in their order: the defaults come first
    for rendering in renderings:
        answers = structural(template, rendering.answers)
        distinct.setdefault(tuple(answers.as_dict().items()), answers)
    return [Rendering.of(template, answers) for answers in list(distinct.values())[:most]]


def _test(rendering: Rendering) -> str:
    """Returns what is wrong; empty if the tests pass."""
    with tempfile.TemporaryDirectory(prefix="dltemplates-check-") as folder:
        project = Path(folder, "project")
        rendering.write(project)
        options = ["-q", "-x", "--tb=short", "-p", "no:cacheprovider"]
        try:
            result = subprocess.run(
                [sys.executable, "-m", "pytest", *options],
                cwd=project,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                timeout=TIME_LIMIT,
            )
        except subprocess.TimeoutExpired:
            return f"the tests did not end within {TIME_LIMIT:g} s"
    if result.returncode == 0:
        return ""
    if result.returncode == 5:  # pytest's own number for it
        return "the project has no tests"
    lines = result.stdout.strip().splitlines()[-_SHOWN:]
    return "\n".join(["the project's tests fail:", *lines])
