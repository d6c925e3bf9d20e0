"""A template rendered with one set of answers, to look at what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dltemplates.scaffold import tree
from dltemplates.scaffold.answers import Answers, resolve
from dltemplates.scaffold.files import File
from dltemplates.scaffold.render import render
from dltemplates.scaffold.template import Template

# With what names may have and code may trip over: other scripts, quotes, comment signs, spaces.
TITLE = "꽃's 분류 #1"
PACKAGE = "kkot_bunryu"


@dataclass(frozen=True)
class Rendering:
    """The files of a project, and where each came from.

    Attributes:
        answers: The answers that it was rendered with.
        files: Sorted by path.
        sources: The template's file by the path of what it became.
    """

    answers: Answers
    files: tuple[File, ...]
    sources: Mapping[str, Path]

    @classmethod
    def of(cls, template: Template, answers: Answers) -> "Rendering":
        """Returns the project with these answers, or raises `TemplateError`."""
        files = render(template, answers.values, title=TITLE, package=PACKAGE, folder=TITLE)
        sources = {each.path: each.file for each in tree.select(template, answers.values, PACKAGE)}
        return cls(answers, tuple(files), sources)

    def write(self, folder: Path) -> None:
        """Writes the files below `folder`."""
        for file in self.files:
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.data)
            if file.executable:
                path.chmod(0o755)


def structural(template: Template, answers: Answers) -> Answers:
    """Returns `answers` with numbers and texts at their defaults: what decides which code there is.

    Extreme numbers are for rendering. A project trained at them would not end.
    """
    kept = {
        name: answers.values[name]
        for name in answers.applied
        if template.parameters[name].type in ("choice", "bool")
    }
    return resolve(template, kept)
