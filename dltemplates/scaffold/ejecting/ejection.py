"""The whole of `dltemplates eject`, without the command line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import dltemplates
from dltemplates.errors import TargetError
from dltemplates.scaffold import record
from dltemplates.scaffold.ejecting import notebook
from dltemplates.scaffold.ejecting.library import NAME
from dltemplates.scaffold.ejecting.standalone import eject
from dltemplates.scaffold.files import File
from dltemplates.scaffold.updating import file_update, project_tree, transaction, work_tree
from dltemplates.scaffold.updating.transaction import Change
from dltemplates.scaffold.updating.update_plan import Leaf

_PYTHON = (".py", notebook.SUFFIX)
# What may say how to install the library; the rest of a project's files do not.
_TELLING = (".cfg", ".in", ".lock", ".sh", ".toml", ".txt", ".yaml", ".yml", *_PYTHON)
_MENTION = re.compile(rb"(?<![\w./-])dltemplates(?=[\[<>=~!.\s'\"])")
_LARGEST = 10**6  # bytes


@dataclass(frozen=True)
class Ejection:
    """A project that is about to carry the library code it uses.

    Args:
        project: The project's folder.
        folder: Where the library will lie in it.
        copied: The library's files.
        renamed: Paths of the project's own files that change.
        mentions: Paths of files that still name dltemplates.
        changes: All of it, with the record.
    """

    project: Path
    folder: str
    copied: tuple[File, ...]
    renamed: tuple[str, ...]
    mentions: tuple[str, ...]
    changes: tuple[Change, ...]

    def apply(self, *, allow_dirty: bool = False) -> None:
        """Does it: all of it, or nothing."""
        if not allow_dirty:
            work_tree.refuse_uncommitted(self.project, [change.path for change in self.changes])
        transaction.apply(self.project, self.changes)


def prepare(project: Path) -> Ejection:
    """Works out what changes in a project.

    Args:
        project: The project's folder.

    Raises:
        UpdateError: An update's conflicts are still marked.
        TargetError: It stands alone already, uses what this version has not, or is in a state in
            which that cannot be told.
    """
    if not project.is_dir():
        raise TargetError("is no folder.", where=project)
    transaction.recover(project)
    before = record.read(project)
    if before.standalone:
        hint = "`dltemplates update` brings newer library code."
        raise TargetError("stands alone already.", where=project, hint=hint)
    pristine = record.read_pristine(project)
    rendered = {file.path: file for file in pristine}
    there = project_tree.read(project, rendered.keys())
    file_update.refuse_markers(project, rendered, there)
    own = _own_files(project, there)
    current = [file for file in own.values() if file.path.endswith(_PYTHON) or file.path in _NAMED]
    found = eject(pristine, current, before.package)
    if (project / found.folder).exists():
        hint = "Rename it first; nothing was changed."
        raise TargetError("is where the library's code goes.", where=found.folder, hint=hint)
    after = replace(
        before, standalone=True, library=found.further, dltemplates=dltemplates.__version__
    )
    renamed = [
        Change(file.path, own[file.path], file)
        for file in found.current
        if file.data != own[file.path].data
    ]
    changes = [
        *renamed,
        *(Change(file.path, None, file) for file in found.copied),
        *file_update.replacements(project, after.files([*found.pristine, *found.copied])),
    ]
    now = {**own, **{file.path: file for file in found.current}}
    return Ejection(
        project,
        found.folder,
        tuple(found.copied),
        tuple(change.path for change in renamed),
        tuple(sorted(path for path, file in now.items() if _mentions(file))),
        tuple(changes),
    )


_NAMED = ("pyproject.toml", "README.md", "Dockerfile", "Makefile")


def _own_files(project: Path, rendered: Mapping[str, Leaf]) -> dict[str, File]:
    """Returns the project's files that may name the library, by path; `rendered` are known."""
    found = {
        path: project_tree.read_file(project, path)
        for path, size in project_tree.walk(project)
        if size <= _LARGEST and (path.endswith(_TELLING) or path in _NAMED)
    }
    known = {
        path: leaf
        for path, leaf in rendered.items()
        if isinstance(leaf, File) and path.endswith(_PYTHON)
    }
    return found | known


def _mentions(file: File) -> bool:
    """Whether a file asks for the library: as an import, or as something to install."""
    if NAME.encode() not in file.data or file.path.endswith(".md"):
        return False
    if file.path.endswith(_PYTHON):
        return bool(re.search(rb"(?m)^\W*(?:from|import)\s+dltemplates\b", file.data))
    return bool(_MENTION.search(file.data))
