"""Ruff over many renderings at once: those that have the same code are looked at once."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path, PurePath

from dltemplates.errors import TemplateError
from dltemplates.scaffold.checking.rendering import Rendering

# The code, and what says how it is to be linted. `.gitignore` is not among them: all is linted.
_SUFFIXES = frozenset({".py", ".pyi", ".ipynb"})
_SETTINGS = frozenset({"pyproject.toml", "ruff.toml", ".ruff.toml"})
_HUNK = re.compile(r"@@ -(\d+)")

# Given a rendering, the path of a file in it and what is wrong there.
Report = Callable[[Rendering, str, str], None]


def command() -> list[str] | None:
    """Returns how ruff is called; None if it is not installed."""
    if find_spec("ruff"):
        return [sys.executable, "-m", "ruff"]
    program = shutil.which("ruff")
    return [program] if program else None


class Linted:
    """Renderings on disk, in a temporary folder. Use it as a context manager."""

    def __init__(self, ruff: Sequence[str], renderings: Sequence[Rendering]) -> None:
        self._ruff = ruff
        self._alike: dict[frozenset[tuple[str, bytes]], list[Rendering]] = {}
        for rendering in renderings:
            self._alike.setdefault(frozenset(_code(rendering)), []).append(rendering)

    def __enter__(self) -> "Linted":
        self._folder = tempfile.TemporaryDirectory(prefix="dltemplates-check-")
        self._root = Path(self._folder.name).resolve()
        self._groups = dict(
            zip(map(str, range(len(self._alike))), self._alike.values(), strict=True)
        )
        for number, code in zip(self._groups, self._alike, strict=True):
            for path, data in code:
                place = self._root / number / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
        return self

    def __exit__(self, *error: object) -> None:
        self._folder.cleanup()

    def __len__(self) -> int:
        """How many of the renderings differ in their code."""
        return len(self._alike)

    def check(self, report: Report) -> None:
        """Calls `report` with what `ruff check` finds."""
        output = self._run("check", "--output-format=json")
        for found in json.loads(output or "[]"):
            message = f"{found['code'] or 'syntax'} {found['message']}"
            line = (found["location"] or {}).get("row")
            self._report(report, found["filename"], message, line)

    def check_format(self, report: Report) -> None:
        """Calls `report` with the first line of each file that `ruff format` would change."""
        file, line = "", 0
        for text in self._run("format", "--diff").splitlines():
            if text.startswith("--- "):
                file = text.removeprefix("--- ").partition("\t")[0]
            elif file and (hunk := _HUNK.match(text)):
                line = int(hunk[1])
            elif file and text[:1] in "+-" and not text.startswith(("+++ ", "--- ")) and text:
                message = f"ruff format would write {text[1:].strip()!r} otherwise"
                if text.startswith("+"):
                    message = f"ruff format would add {text[1:].strip()!r}"
                self._report(report, file, message, line)
                file = ""
            else:
                line += 1

    def _report(self, report: Report, file: str, message: str, line: int | None) -> None:
        number, *parts = PurePath(self._root / file).relative_to(self._root).parts
        path = "/".join(parts)
        place = f"{path}:{line}" if line else path
        for rendering in self._groups[number]:
            report(rendering, path, f"{place}: {message}")

    def _run(self, *arguments: str) -> str:
        result = subprocess.run(
            [*self._ruff, *arguments, "--no-cache", "--no-respect-gitignore", "--quiet", "."],
            cwd=self._root,
            capture_output=True,
            encoding="utf-8",
        )
        if result.returncode not in (0, 1):  # its settings are wrong, or it cannot read a file
            told = result.stderr.strip().replace(str(self._root), "")
            raise TemplateError(f"ruff says: {told or result.returncode}")
        return result.stdout


def _code(rendering: Rendering) -> list[tuple[str, bytes]]:
    return [
        (file.path, file.data)
        for file in rendering.files
        if PurePath(file.path).suffix in _SUFFIXES or PurePath(file.path).name in _SETTINGS
    ]
