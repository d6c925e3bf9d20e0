"""Projects that carry the library code they use, and depend on dltemplates no more.

Everything here is a function of files and of this version of the library: a project that is made
so, one that becomes so, and the new side of an update agree to the byte.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import dltemplates
from dltemplates.errors import TargetError
from dltemplates.machine.requirements import Requirement
from dltemplates.scaffold import project_metadata
from dltemplates.scaffold.files import File
from dltemplates.scaffold.library import NAME, Library
from dltemplates.scaffold.library_closure import closure
from dltemplates.scaffold.library_copy import library_files, package_data
from dltemplates.scaffold.library_renaming import Copy, renamed_project_file
from dltemplates.scaffold.library_use import third_party, used_modules
from dltemplates.scaffold.python_source import PythonSource

FOLDER = "library"
_WORD = NAME.encode()
_IN_README = "\n(in an environment that has dltemplates, or finds it in your package index).\n"
_LINE_LENGTH = 88  # ruff's own


@dataclass(frozen=True)
class Ejected:
    """A project that stands alone.

    Attributes:
        pristine: Its files as they would be rendered.
        current: Its files as they are.
        further: Modules of the library that only the current files use.
        copied: Which files are the library's.
    """

    pristine: list[File]
    current: list[File]
    further: tuple[str, ...]
    copied: list[File]


def standalone(files: list[File], package: str, further: Iterable[str] = ()) -> list[File]:
    """Returns the files of a project with the library code that they use.

    Args:
        files: The project, but for its record.
        package: The name of its Python package.
        further: Modules of the library to copy, whether `files` use them or not.
    """
    library = Library()
    copied, changed = _with_copy([files], package, {*_roots(files, library), *further}, library)
    return sorted([*changed[0], *copied], key=lambda file: file.path)


def eject(pristine: list[File], current: list[File], package: str) -> Ejected:
    """Returns a project and its pristine copy, both with the library code that the project uses."""
    library = Library()
    rendered = _roots(pristine, library)
    roots = rendered | _roots(current, library)
    further = roots - closure(rendered, library).modules
    copied, (before, now) = _with_copy([pristine, current], package, roots, library)
    by_path = sorted(copied, key=lambda file: file.path)
    return Ejected([*before, *by_path], [*now, *by_path], tuple(sorted(further)), by_path)


def _with_copy(
    states: list[list[File]], package: str, roots: set[str], library: Library
) -> tuple[list[File], list[list[File]]]:
    """Returns the library's files, and the project's in each of several states."""
    first = states[0]
    metadata = next((each for each in first if each.path == project_metadata.FILE), None)
    table = project_metadata.read(metadata.data.decode()) if metadata else {}
    copy = _place(first, package, table, library)
    for files in states:
        if any(file.path.startswith(f"{copy.folder}/") for file in files):
            hint = "Rename it first; nothing was changed."
            raise TargetError("is where the library's code goes.", where=copy.folder, hint=hint)
    found = closure(roots, library)
    distribution = table.get("project", {}).get("name", package)
    copied = library_files(found, library, copy, distribution) if roots else []
    data = package_data(copied, copy)
    changed = []
    for files in states:
        imported = set(found.packages).union(*(third_party(each) for each in _sources(files)))
        needed = project_metadata.needed(imported)
        changed.append([_changed(file, copy, needed, data) for file in files])
    return copied, changed


def _changed(file: File, copy: Copy, needed: list[Requirement], data: dict[str, list[str]]) -> File:
    if _WORD not in file.data:
        return file
    if file.path.endswith(".py"):
        return replace(file, data=renamed_project_file(PythonSource(file.path, file.data), copy))
    if file.path == project_metadata.FILE:
        text = project_metadata.without_library(file.data.decode(), needed, data)
        return replace(file, data=text.encode())
    if file.path == "README.md":
        return replace(file, data=file.data.replace(_IN_README.encode(), _about(copy).encode()))
    return file


def _about(copy: Copy) -> str:
    return (
        f"\n`{copy.folder}` holds what this project uses of dltemplates {dltemplates.__version__}: "
        "it is yours,\nand nothing else of it is needed. "
        "`dltemplates update` brings newer code, if you want it.\n"
    )


def _roots(files: list[File], library: Library) -> set[str]:
    return set().union(*(used_modules(source, library) for source in _sources(files, _WORD)))


def _sources(files: list[File], word: bytes = b"") -> list[PythonSource]:
    return [
        PythonSource(file.path, file.data)
        for file in files
        if file.path.endswith(".py") and word in file.data
    ]


def _place(files: list[File], package: str, table: dict[str, Any], library: Library) -> Copy:
    modules = [file.path for file in files if file.path.endswith(".py")]
    homes = [path.removesuffix("/__init__.py") for path in modules if path.endswith("/__init__.py")]
    homes = [path for path in homes if path.rpartition("/")[2] == package]
    home = min(homes, key=len, default=None)
    if home is None:
        raise TargetError(f"has no package {package} to copy the library into.", where="project")
    tops = {path.removeprefix("src/").split("/")[0] for path in modules}
    return Copy(
        module=f"{package}.{FOLDER}",
        folder=f"{home}/{FOLDER}",
        rooms=library.rooms,
        first_party=frozenset(top.removesuffix(".py") for top in tops),
        line_length=table.get("tool", {}).get("ruff", {}).get("line-length", _LINE_LENGTH),
    )
