"""Checks that a rendered file can be read by the language it is written in."""

import ast
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import PurePosixPath

from dltemplates.errors import TemplateError


def check(path: str, text: str, where: object) -> None:
    """Raises `TemplateError` if `text` is not what the suffix of `path` promises.

    Args:
        path: The file's path in the project.
        text: What is in it.
        where: The template's file, for the error.
    """
    checker = _CHECKS.get(PurePosixPath(path).suffix)
    if checker is None:
        return
    try:
        checker(text)
    except (SyntaxError, ValueError) as error:
        hint = _quote(text, error)
        raise TemplateError(
            f"renders to a broken {path}: {error}.", where=where, hint=hint
        ) from error


def _quote(text: str, error: Exception) -> str | None:
    """Returns the line that `error` is about, as it was rendered."""
    number = getattr(error, "lineno", None)
    if number is None and (found := re.search(r"line (\d+)", str(error))):
        number = int(found[1])
    lines = text.splitlines()
    if number is None or not 1 <= number <= len(lines):
        return None
    return f"Line {number} of the result: {lines[number - 1].strip()}"


def _check_yaml(text: str) -> None:
    """Looks for tabs only: we do not carry a YAML parser, and tabs are the common mistake."""
    for number, line in enumerate(text.splitlines(), start=1):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            raise ValueError(f"YAML is indented with spaces, not tabs (at line {number})")


_CHECKS: dict[str, Callable[[str], object]] = {
    ".py": ast.parse,
    ".pyi": ast.parse,
    ".toml": tomllib.loads,
    ".json": json.loads,
    ".ipynb": json.loads,
    ".yml": _check_yaml,
    ".yaml": _check_yaml,
}
