"""Whether a template gives sound projects whatever is answered."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from dltemplates.errors import TemplateError
from dltemplates.scaffold.answers import Answers
from dltemplates.scaffold.checking import ruff
from dltemplates.scaffold.checking.findings import Check, Collected
from dltemplates.scaffold.checking.pairwise import pairwise
from dltemplates.scaffold.checking.project_tests import check_tests
from dltemplates.scaffold.checking.rendering import Rendering
from dltemplates.scaffold.template import Template

# `my_application` is a word of its own; `test_my_app` looks as if it were renamed, and is not.
_LEFT = re.compile(
    r"(?P<package>my_app(?![a-z]))|(?P<statement>#%)|(?P<value><<\s*[a-z_][^<>\n]*>>)"
)


def check(template: Template, tests: int = 0) -> Iterator[Check]:
    """Yields one check after another.

    Args:
        template: What to check; its manifest has been read, so it is sound.
        tests: How many of the projects to test, too; each takes as long as its tests do.
    """
    sets = list(pairwise(template))
    renderings: list[Rendering] = []
    yield _check_rendering(template, sets, renderings)
    yield _check_leftovers(template, renderings)
    yield from _check_style(template, renderings)
    if tests:
        yield check_tests(template, renderings, tests)


def _check_rendering(
    template: Template, sets: Sequence[Answers], renderings: list[Rendering]
) -> Check:
    found = Collected()
    for answers in sets:
        try:
            renderings.append(Rendering.of(template, answers))
        except TemplateError as error:
            hint = f" {error.hint}" if error.hint else ""
            found.add(_place(template, error.where), error.message + hint, answers.settings())
    done = f"{len(sets)} sets of answers, in which every two values come together"
    return Check("render", done, findings=found.findings())


def _check_leftovers(template: Template, renderings: Sequence[Rendering]) -> Check:
    found = Collected()
    files = 0
    for rendering in renderings:
        files += len(rendering.files)
        for file in rendering.files:
            for message in _leftovers(file.path, file.data):
                source = _place(template, rendering.sources[file.path])
                found.add(source, message, rendering.answers.settings())
    return Check("leftovers", f"none in {files:,} rendered files", findings=found.findings())


def _leftovers(path: str, data: bytes) -> Iterator[str]:
    """Yields what of the template language is left in a file; the first of each kind."""
    if "my_app" in path:
        yield f"'my_app' is left in the path {path}: only the whole word is renamed"
    seen = set()
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
        for left in _LEFT.finditer(line):
            if left.lastgroup not in seen:
                seen.add(left.lastgroup)
                yield f"{left[0]!r} is left in line {number} of {path}"


def _check_style(template: Template, renderings: Sequence[Rendering]) -> Iterator[Check]:
    program = ruff.command()
    if program is None:
        missing = "not done: ruff is not installed (python -m pip install ruff)"
        yield from (Check(name, missing, done=False) for name in ("lint", "format"))
        return
    with ruff.Linted(program, renderings) as linted:
        done = f"{len(linted)} projects that differ in their code"
        steps: dict[str, Callable[[ruff.Report], None]] = {
            "lint": linted.check,
            "format": linted.check_format,
        }
        for name, step in steps.items():
            found = Collected()

            def report(rendering: Rendering, path: str, message: str) -> None:
                source = _place(template, rendering.sources[path])
                found.add(source, message, rendering.answers.settings())  # noqa: B023

            try:
                step(report)
            except TemplateError as error:
                found.add("", error.message)
            yield Check(name, done, findings=found.findings())


def _place(template: Template, file: object) -> str:
    """Returns a file of the template as its author knows it; a line after it is kept."""
    text = str(file or "")
    for folder in (template.layers[-1].parent, *(layer.parents[1] for layer in template.layers)):
        if text.startswith(f"{folder}/") or text.startswith(f"{folder}\\"):
            return Path(text).relative_to(folder).as_posix()
    return text
