"""What every generated project must stand."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.warm_python import warm_environment


def check_project(
    template: str, options: Sequence[str], folder: Path, tests: Sequence[str] = ()
) -> None:
    """Generates a project of an awkward name, and tests it as its owner would."""
    project = folder / "꽃 분류"
    settings = [part for option in options for part in ("--set", option)]
    run("dltemplates", "new", template, project, "--defaults", *settings)
    assert_example_of_a_search_is_sound(project)
    run("pytest", "-q", "-x", "-p", "no:cacheprovider", *tests, cwd=project)
    assert_clean(project)


def run(module: str, *arguments: object, cwd: Path | None = None) -> None:
    result = subprocess.run(
        ["python", "-m", module, *map(str, arguments)],
        cwd=cwd,
        env=warm_environment(),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, f"{module}: {result.stdout}{result.stderr}"


def tensorflow_snippet(project: Path) -> str:
    """The lines of the README that ask an export by TensorFlow alone."""
    text = (project / "README.md").read_text("utf-8")
    (snippet,) = [
        each for each in re.findall(r"```python\n(.*?)```", text, re.S) if "saved_model" in each
    ]
    return snippet


def assert_example_of_a_search_is_sound(project: Path) -> None:
    """The `[tune.space]` that config.toml shows can be used once its marks are taken away."""
    before, _, example = (project / "config.toml").read_text("utf-8").partition("# [tune.space]")
    lines = [line.removeprefix("# ") for line in example.splitlines()]
    path = project.parent / "searching.toml"
    path.write_text(f"{before}[tune.space]" + "\n".join(lines), "utf-8")
    code = (
        "import sys; from dltemplates.project.config import load_config; "
        "from dltemplates.project.search_space import read_space; "
        "from kkot_bunryu.config import Config; from pathlib import Path; "
        "path = Path(sys.argv[1]); assert len(read_space(load_config(Config, path), path)) >= 2"
    )
    command = ["python", "-c", code, str(path)]
    result = subprocess.run(
        command, cwd=project, env=warm_environment(), capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def assert_clean(project: Path) -> None:
    """No file is longer than a sitting, and no trace of the template language is left."""
    for file in project.rglob("*"):
        if file.suffix in {".py", ".toml", ".md", ".yml"} and ".dltemplates" not in file.parts:
            text = file.read_text("utf-8")
            assert "#%" not in text and "<<" not in text and "my_app" not in text, file
            assert len(text.splitlines()) <= 150, file
