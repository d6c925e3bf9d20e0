"""Optional parts of a project: files and lines that it can go without, each behind a bool."""

from collections.abc import Mapping
from dataclasses import replace

from dltemplates.errors import AnswerError
from dltemplates.scaffold.answers import Answers
from dltemplates.scaffold.files import File
from dltemplates.scaffold.generate import project_files
from dltemplates.scaffold.record import Record
from dltemplates.scaffold.template import Template


def settings(part: str, template: Template) -> list[str]:
    """Returns the settings that add a part; none if `part` is empty."""
    if not part:
        return []
    if part not in template.parameters or template.parameters[part].type != "bool":
        raise AnswerError(f"{template.name} has no optional part {part!r}.")
    return [f"{part}=true"]


def files(
    part: str,
    template: Template,
    answers: Answers,
    record: Record,
    folder: str,
    whole: Mapping[str, File],
) -> set[str]:
    """Returns the paths of the files that are there because of a part.

    Args:
        part: The part's name.
        template: The project's template.
        answers: The project's answers, with the part.
        record: The project's record.
        folder: The name of its folder.
        whole: The project's files, with the part, by path.
    """
    without = replace(answers, values={**answers.values, part: False})
    rest = project_files(template, without, record, folder=folder)
    return whole.keys() - {file.path for file in rest}
