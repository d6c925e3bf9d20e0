"""The whole of `dltemplates adopt`: a record for a project that has none, or a damaged one."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

import dltemplates
from dltemplates.errors import TargetError, TemplateError, UpdateError
from dltemplates.scaffold import answers, catalog, generate, reasons, tree
from dltemplates.scaffold.ejecting import carried_library, standalone
from dltemplates.scaffold.files import File
from dltemplates.scaffold.record import Record
from dltemplates.scaffold.template import Template
from dltemplates.scaffold.updating import (
    file_update,
    likeness,
    lost_record,
    project_tree,
    transaction,
)
from dltemplates.scaffold.updating.answer_guess import Guess
from dltemplates.scaffold.updating.likeness import Likeness

_NEAR = 0.1  # less of the lines than the nearest template has, for one to be looked at too
_FAR = 0.15  # of all lines in common, below which no answers make a project of a template
# Of the template's own lines. Projects of which a third was changed have 0.70 and more; of other
# templates, which share files, commands and habits with it, there are up to 0.48.
_ENOUGH = 0.6
_NAMED = 0.01  # of all lines in common, where its user says which template it is from


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
    old = lost_record.left_of(project)
    blank = old or lost_record.blank(project)
    if template or old:
        with catalog.opened(template or blank.origin) as opened:
            return _if_any(_with_library(opened, _fitted(opened, project, blank, settings)))
    known = [*catalog.templates(), *catalog.plugins().templates]
    found = [
        (each, _fitted(each, project, blank, settings)) for each in _likely(known, project, blank)
    ]
    best = max(found, key=lambda pair: pair[1].likeness.share)
    return _if_enough(_with_library(*best))


def _if_any(found: Adoption) -> Adoption:
    if found.likeness.share >= _NAMED:
        return found
    message = f"is not from {found.record.template}, of which it has nothing."
    hint = "Name another template, or leave --template out."
    raise UpdateError(message, where=found.project, hint=hint)


def _if_enough(found: Adoption) -> Adoption:
    """Refuses a guess that would bring the code of one template into a project of another."""
    if found.likeness.own >= _ENOUGH:
        return found
    name, origin = found.record.template, found.record.origin
    raise UpdateError(
        f"is like no template that is known here: of the nearest, {name}, "
        f"it has {found.likeness.own:.0%} of the lines.",
        where=found.project,
        hint=f"If it was made from {name} and much was changed, say so: --template {origin}. "
        "If from another, name that, its folder or its address.",
    )


def _with_library(template: Template, found: Adoption) -> Adoption:
    """The same, where the project carries the library's code: as `eject` would have left it."""
    project, package = found.project, found.record.package
    if not carried_library.is_copy(project / package / standalone.FOLDER):
        return found
    files = standalone.standalone(list(found.files), package)
    further = carried_library.further_modules(project, package, files)
    if further:
        files = standalone.standalone(list(found.files), package, further)
    after = replace(found.record, standalone=True, library=further)
    there = _there(template, project, found.record, {file.path for file in files})
    return _compared(template, project, after, files, there)


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
    if max(shares) < _FAR:
        return [templates[shares.index(max(shares))]]
    near = max(shares) - _NEAR
    return [each for each, share in zip(templates, shares, strict=True) if share >= near]


def _there(
    template: Template, project: Path, blank: Record, further: Set[str] = frozenset()
) -> dict[str, File]:
    paths = tree.possible_paths(template, blank.package) | further
    leaves = project_tree.read(project, paths)
    return {path: leaf for path, leaf in leaves.items() if isinstance(leaf, File)}


def _compared(
    template: Template,
    project: Path,
    fitted: Record,
    files: Sequence[File],
    there: Mapping[str, File],
) -> Adoption:
    last = replace(template, layers=template.layers[-1:])  # without the files that others share
    own = tree.possible_paths(last, fitted.package)
    return Adoption(project, fitted, tuple(files), likeness.compare(files, there, own))


def _fitted(template: Template, project: Path, blank: Record, settings: Sequence[str]) -> Adoption:
    given = answers.from_settings(settings, template)
    there = _there(template, project, blank)
    guess = Guess(template, blank, given, there)
    resolved = guess.answers()
    told = {**_reasons(template, guess.files(resolved), there), **blank.reasons}
    chosen = {*resolved.chosen, *given, *told}
    fitted = replace(
        blank,
        template=template.name,
        origin=template.origin,
        template_version=template.version,
        answers=resolved.as_dict(),
        chosen=tuple(name for name in resolved.applied if name in chosen),
        dltemplates=dltemplates.__version__,
        commit=template.commit,
        reasons={name: told[name] for name in resolved.applied if name in told},
    )
    files = generate.project_files(template, resolved, fitted, folder=fitted.folder or fitted.title)
    return _compared(template, project, fitted, files, there)


def _reasons(
    template: Template, files: Sequence[File], there: Mapping[str, File]
) -> dict[str, str]:
    """What the project's settings say of the data that spoke for them."""
    plain = next((file for file in files if file.path == reasons.FILE), None)
    now = there.get(reasons.FILE)
    source = template.layers[-1] / reasons.FILE
    if not (plain and now and source.is_file()):
        return {}
    try:
        return reasons.written(now.data.decode(), plain.data.decode(), source.read_text("utf-8"))
    except UnicodeDecodeError:
        return {}
