"""The whole of `dltemplates update`, without the command line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import dltemplates
from dltemplates.errors import TargetError
from dltemplates.scaffold import answers, record
from dltemplates.scaffold.answers import Answers, Ask
from dltemplates.scaffold.files import File
from dltemplates.scaffold.generate import project_files
from dltemplates.scaffold.parameters import Value
from dltemplates.scaffold.record import Record
from dltemplates.scaffold.template import Template
from dltemplates.scaffold.updating import (
    file_update,
    parts,
    recorded_answers,
    recorded_template,
    transaction,
    work_tree,
)
from dltemplates.scaffold.updating.line_merge import Labels
from dltemplates.scaffold.updating.transaction import Change
from dltemplates.scaffold.updating.update_plan import Step


@dataclass(frozen=True)
class Update:
    """An update that is worked out but not yet done.

    Args:
        project: The project's folder.
        before: Its record until now.
        after: Its record to be.
        steps: What happens to its files.
        changes: The same, with the record's own files, as contents before and after.
        notes: What the user should know besides.
    """

    project: Path
    before: Record
    after: Record
    steps: tuple[Step, ...]
    changes: tuple[Change, ...]
    notes: tuple[str, ...]

    @property
    def conflicts(self) -> list[Step]:
        """The steps that leave something for the user to decide."""
        return [step for step in self.steps if step.kind == "conflict"]

    def apply(self, *, allow_dirty: bool = False) -> None:
        """Does it: all of it, or nothing.

        Args:
            allow_dirty: Also to what the user's git could not give back.
        """
        if not self.changes:
            return
        if not allow_dirty:
            work_tree.refuse_uncommitted(self.project, [change.path for change in self.changes])
        transaction.apply(self.project, self.changes)


def prepare(
    project: Path,
    settings: Sequence[str] = (),
    *,
    template: str = "",
    part: str = "",
    ask: Callable[[Template], Ask] | None = None,
) -> Update:
    """Works out the update of a project.

    Args:
        project: The project's folder.
        settings: New answers, as `name=value`.
        template: The name or path of its template, if that is not where it was.
        part: An optional part that the project shall have, even if its files were deleted.
        ask: Makes what asks for parameters that the project has no answer to.
    """
    if not project.is_dir():
        raise TargetError("is no folder.", where=project)
    recovered = transaction.recover(project)
    before = record.read(project)
    pristine = _by_path(record.read_pristine(project))
    with recorded_template.opened(before, template) as found:
        return _work_out(project, before, pristine, found, settings, part, ask, recovered)


def _work_out(
    project: Path,
    before: Record,
    pristine: dict[str, File],
    found: Template,
    settings: Sequence[str],
    part: str,
    ask: Callable[[Template], Ask] | None,
    recovered: bool,
) -> Update:
    given = answers.from_settings([*settings, *parts.settings(part, found)], found)
    renewed = recorded_answers.renew(before, found, given, ask(found) if ask else None)
    after = replace(
        before,
        origin=found.origin,
        template_version=found.version,
        answers=renewed.answers.as_dict(),
        chosen=renewed.chosen,
        dltemplates=dltemplates.__version__,
        commit=found.commit,
        reasons=_reasons_left(before, given, renewed.answers),
    )
    new = _by_path(project_files(found, renewed.answers, after, folder=_folder(after)))
    wanted = (
        parts.files(part, found, renewed.answers, after, _folder(after), new) if part else set()
    )
    steps, changes = file_update.work_out(project, pristine, new, _labels(before, after), wanted)
    changes += file_update.replacements(project, after.files(new.values()))
    notes = ("An update that had been interrupted was taken back first.",) if recovered else ()
    return Update(project, before, after, tuple(steps), tuple(changes), notes + renewed.notes)


def _reasons_left(before: Record, given: Mapping[str, Value], renewed: Answers) -> dict[str, str]:
    """What the data spoke for, but where the user has decided otherwise since."""
    return {
        name: reason
        for name, reason in before.reasons.items()
        if name not in given and name in renewed.applied
    }


def _folder(project: Record) -> str:
    return project.folder or project.title


def _by_path(files: Sequence[File]) -> dict[str, File]:
    return {file.path: file for file in files}


def _labels(before: Record, after: Record) -> Labels:
    return Labels(
        ours="yours",
        base=f"before: {before.template} {before.template_version}",
        theirs=f"update: {after.template} {after.template_version}",
    )
