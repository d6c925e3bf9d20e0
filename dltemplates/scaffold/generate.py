"""The whole of `dltemplates new`, without the command line."""

from dataclasses import dataclass
from pathlib import Path

from dltemplates.scaffold import staging
from dltemplates.scaffold.answers import Answers
from dltemplates.scaffold.files import File
from dltemplates.scaffold.record import Record
from dltemplates.scaffold.render import render
from dltemplates.scaffold.template import Template


@dataclass(frozen=True)
class Project:
    """A project that is rendered but not yet on disk."""

    target: Path
    record: Record
    files: tuple[File, ...]

    def write(self) -> None:
        """Writes it to `target`: whole, or not at all."""
        staging.write(self.target, self.files)


def generate(
    template: Template, answers: Answers, target: Path, *, title: str, package: str
) -> Project:
    """Returns the project, rendered and checked in memory, once its target is known to be free.

    Args:
        template: What to render.
        answers: The answers to its parameters.
        target: The folder to create.
        title: The project's name.
        package: The name of its Python package.
    """
    staging.check(target)
    folder = target.absolute().name
    files = render(template, answers.values, title=title, package=package, folder=folder)
    record = Record(
        template=template.name,
        origin=template.origin,
        template_version=template.version,
        title=title,
        package=package,
        answers=answers.as_dict(),
        chosen=answers.chosen,
    )
    everything = sorted((*files, *record.files(files)), key=lambda file: file.path)
    return Project(target, record, tuple(everything))
