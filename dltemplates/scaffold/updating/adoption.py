"""The whole of `dltemplates adopt`: a record for a project that has none, or a damaged one."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import dltemplates
from dltemplates.errors import (
    DltemplatesError,
    ProjectNameError,
    TargetError,
    TemplateError,
    UpdateError,
)
from dltemplates.scaffold import answers, catalog, names, record, tree
from dltemplates.scaffold.ejecting import carried_library, standalone
from dltemplates.scaffold.files import File
from dltemplates.scaffold.record import Record
from dltemplates.scaffold.template import Template
from dltemplates.scaffold.updating import file_update, likeness, project_tree, transaction
from dltemplates.scaffold.updating.answer_guess import Guess
from dltemplates.scaffold.updating.likeness import Likeness

_NEAR = 0.1  # less of the lines than the nearest template has, for one to be looked at too
_LEAST = 0.3  # of all lines in common, below which a project is not taken for a template's


@dataclass(frozen=True)
class Adoption:
    """A project as a template comes nearest to it.

    Args:
        project: The project's folder.
        record: The record that it gets.
        files: What the record says was rendered.
        likeness: How near that is to what is there.
    """

    project: Path
    record: Record
    files: tuple[File, ...]
    likeness: Likeness

    def write(self) -> None:
        """Writes the record, and nothing else."""
        changes = file_update.replacements(self.project, self.record.files(self.files))
        transaction.apply(self.project, changes)


def adopt(project: Path, template: str = "", settings: Sequence[str] = ()) -> Adoption:
    """Finds out what a project was made from.

    Args:
        project: The project's folder.
        template: The name or path of its template, if that is known.
        settings: Those of its answers that are known, as `name=value`.
    """
    if not project.is_dir():
        raise TargetError("is no folder.", where=project)
    transaction.recover(project)
    old = _old_record(project)
    blank = old or _blank(project)
    if template or old:
        with catalog.opened(template or blank.origin) as opened:
            found = [_fitted(opened, project, blank, settings)]
    else:
        known = [*catalog.templates(), *catalog.plugins().templates]
        candidates = _likely(known, project, blank)
        found = [_fitted(each, project, blank, settings) for each in candidates]
    best = max(found, key=lambda adoption: adoption.likeness.share)
    if best.likeness.share < (0.01 if template else _LEAST):
        raise UpdateError(
            "is like no template: the nearest, "
            f"{best.record.template}, has {best.likeness.share:.0%} of the lines.",
            where=project,
            hint="If it was made from one, say from which: --template NAME",
        )
    return _with_library(best)


def _with_library(found: Adoption) -> Adoption:
    """The same, where the project carries the library's code: as `eject` would have left it."""
    project, package = found.project, found.record.package
    if not carried_library.is_copy(project / package / standalone.FOLDER):
        return found
    files = standalone.standalone(list(found.files), package)
    further = carried_library.further_modules(project, package, files)
    if further:
        files = standalone.standalone(list(found.files), package, further)
    after = replace(found.record, standalone=True, library=further)
    return replace(found, record=after, files=tuple(files))


def _old_record(project: Path) -> Record | None:
    """Returns what can be read of a damaged record; an error if it is not damaged."""
    try:
        old = record.read(project)
    except record.NewerRecordError:
        raise
    except DltemplatesError:
        return None
    try:
        record.read_pristine(project)
    except DltemplatesError:
        return old
    hint = f"`dltemplates update` can use it. To have it made anew, remove {record.FOLDER}."
    raise UpdateError("has its record.", where=project, hint=hint)


def _blank(project: Path) -> Record:
    """Returns a record with the project's names, as far as they can be seen."""
    folder = unicodedata.normalize("NFC", project.resolve().name)
    title = _title(project) or folder
    return Record(
        template="",
        origin="",
        template_version="",
        title=title,
        package=_package(project, title),
        answers={},
        chosen=(),
        folder=folder,
    )


def _title(project: Path) -> str:
    """Returns the heading of the README, which is the project's title where nobody changed it."""
    try:
        with open(project / "README.md", encoding="utf-8") as readme:
            first = readme.readline().strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return first[2:].strip() if first.startswith("# ") else ""


def _package(project: Path, title: str) -> str:
    packages = sorted(place.parent.name for place in project.glob("*/__main__.py"))
    if packages:
        return packages[0]
    try:
        return names.package_of(title)
    except ProjectNameError as error:
        hint = "Every template has a folder with __main__.py in it."
        raise UpdateError("has no package.", where=project, hint=hint) from error


def _likely(templates: Sequence[Template], project: Path, blank: Record) -> list[Template]:
    """Returns the template whose defaults are nearest to the project, and those about as near."""
    shares = []
    for template in templates:
        try:
            rendered = Guess(template, blank, {}, {}).files(answers.resolve(template, {}))
        except TemplateError:  # that of a package, from which nothing can have been made
            shares.append(0.0)
            continue
        shares.append(likeness.compare(rendered, _there(template, project, blank)).share)
    if max(shares) < _LEAST / 2:  # no answers make a project of that
        return [templates[shares.index(max(shares))]]
    near = max(shares) - _NEAR
    return [each for each, share in zip(templates, shares, strict=True) if share >= near]


def _there(template: Template, project: Path, blank: Record) -> dict[str, File]:
    paths = tree.possible_paths(template, blank.package)
    leaves = project_tree.read(project, paths)
    return {path: leaf for path, leaf in leaves.items() if isinstance(leaf, File)}


def _fitted(template: Template, project: Path, blank: Record, settings: Sequence[str]) -> Adoption:
    given = answers.from_settings(settings, template)
    there = _there(template, project, blank)
    guess = Guess(template, blank, given, there)
    resolved = guess.answers()
    chosen = {*resolved.chosen, *given}
    fitted = replace(
        blank,
        template=template.name,
        origin=template.origin,
        template_version=template.version,
        answers=resolved.as_dict(),
        chosen=tuple(name for name in resolved.applied if name in chosen),
        dltemplates=dltemplates.__version__,
        commit=template.commit,
    )
    files = tuple(guess.files(resolved))
    return Adoption(project, fitted, files, likeness.compare(files, there))
