"""The whole of `dltemplates new`, without the command line."""

from collections.abc import Mapping
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
    template: Template,
    answers: Answers,
    target: Path,
    *,
    title: str,
    package: str,
    reasons: Mapping[str, str] | None = None,
    standalone: bool = False,
) -> Project:
    """Returns the project, rendered and checked in memory, once its target is known to be free.

    Args:
        template: What to render.
        answers: The answers to its parameters.
        target: The folder to create.
        title: The project's name.
        package: The name of its Python package.
        reasons: By parameter, what in the data spoke for its answer.
        standalone: Whether it carries the library code that it uses.
    """
    staging.check(target)
    record = Record(
        template=template.name,
        origin=template.origin,
        template_version=template.version,
        title=title,
        package=package,
        answers=answers.as_dict(),
        chosen=tuple(
            each for each in answers.applied if each in {*answers.chosen, *(reasons or {})}
        ),
        commit=template.commit,
        folder=target.absolute().name,
        reasons=reasons or {},
        standalone=standalone,
    )
    files = project_files(template, answers, record, folder=record.folder)
    everything = sorted((*files, *record.files(files)), key=lambda file: file.path)
    return Project(target, record, tuple(everything))


def project_files(
    template: Template, answers: Answers, record: Record, *, folder: str
) -> list[File]:
    """Returns the files of a project but for its record: all that its record and template say."""
    files = render(
        template,
        answers.values,
        title=record.title,
        package=record.package,
        folder=folder,
        reasons=record.reasons,
    )
    if not record.standalone:
        return files
    from dltemplates.scaffold.ejecting.standalone import standalone

    return standalone(files, record.package, record.library)
