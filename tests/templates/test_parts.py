"""Projects with and without their optional parts: linted, with no trace of what is left out."""

import itertools
import re
from pathlib import Path

import pytest

from dltemplates.scaffold import answers, catalog, generate
from tests.templates.generated import run

TRACES = {
    "docker": r"docker|compose\.yaml|TensorFlow Serving with",
    "ci": r"\bCI\b|workflow",
    "serve": r"\[serve\]|test_serving|urlopen|readme_client|SERVING_URL",
    "notebook": r"notebook\.ipynb|jupyter",
}


@pytest.mark.parametrize("template", catalog.names())
def test_every_combination(tmp_path: Path, template: str) -> None:
    found = catalog.find(template)
    for chosen in itertools.product((False, True), repeat=len(TRACES)):
        parts = dict(zip(TRACES, chosen, strict=True))
        folder = tmp_path / "-".join(part for part in parts if parts[part])
        resolved = answers.resolve(found, parts)
        generate.generate(found, resolved, folder, title="Mine", package="my_package").write()
        check_traces(folder, parts)
    run("ruff", "check", ".", cwd=tmp_path)
    run("ruff", "format", "--check", ".", cwd=tmp_path)


def check_traces(project: Path, parts: dict[str, bool]) -> None:
    texts = {
        file.relative_to(project).as_posix(): file.read_text("utf-8")
        for file in project.rglob("*")
        if file.is_file() and ".dltemplates" not in file.parts and file.name != ".gitignore"
    }
    for part, traces in TRACES.items():
        found = [path for path, text in texts.items() if re.search(traces, path + text)]
        assert bool(found) == parts[part], (part, found)
    prose = texts["README.md"].partition("```")[0]
    assert "\n\n\n" not in prose
    assert "\n\nIn Python, without " in texts["README.md"]
