"""What every generated project must stand."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def check_project(
    template: str, options: Sequence[str], folder: Path, tests: Sequence[str] = ()
) -> None:
    """Generates a project of an awkward name; lints, types and tests it as its owner would."""
    project = folder / "꽃 분류"
    settings = [part for option in options for part in ("--set", option)]
    run("dltemplates", "new", template, project, "--defaults", *settings)
    run("ruff", "check", ".", cwd=project)
    run("ruff", "format", "--check", ".", cwd=project)
    run("mypy", "--ignore-missing-imports", "kkot_bunryu", cwd=project)
    run("pytest", "-q", "-x", "-p", "no:cacheprovider", *tests, cwd=project)
    assert_clean(project)


def run(module: str, *arguments: object, cwd: Path | None = None) -> None:
    result = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, f"{module}: {result.stdout}{result.stderr}"


def assert_clean(project: Path) -> None:
    """No file is longer than a sitting, and no trace of the template language is left."""
    for file in project.rglob("*"):
        if file.suffix in {".py", ".toml", ".md", ".yml"} and ".dltemplates" not in file.parts:
            text = file.read_text("utf-8")
            assert "#%" not in text and "<<" not in text and "my_app" not in text, file
            assert len(text.splitlines()) <= 150, file
