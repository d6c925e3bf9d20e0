"""Projects that carry the library code they use, and depend on dltemplates no more.

Everything here is a function of files and of this version of the library: a project that is made
so, one that becomes so, and the new side of an update agree to the byte.
"""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import dltemplates
from dltemplates.errors import TargetError
from dltemplates.machine.requirements import Requirement
from dltemplates.scaffold.ejecting import notebook, project_metadata
from dltemplates.scaffold.ejecting.library import NAME, Library, installed
from dltemplates.scaffold.ejecting.library_closure import closure
from dltemplates.scaffold.ejecting.library_copy import library_files, package_data
from dltemplates.scaffold.ejecting.library_renaming import Copy, renamed_project_file
from dltemplates.scaffold.ejecting.library_use import third_party, used_modules
from dltemplates.scaffold.ejecting.python_source import PythonSource
from dltemplates.scaffold.files import File

FOLDER = "library"
_WORD = NAME.encode()
# What a README says of dltemplates, in each language, and what a project that stands alone says.
IN_README = {
    "\n(in an environment that has dltemplates, or finds it in your package index).\n": (
        "\n`{folder}` holds what this project uses of dltemplates {version}: it is yours,\n"
        "and nothing else of it is needed. "
        "`dltemplates update` brings newer code, if you want it.\n"
    ),
    "\n(dltemplates가 설치되어 있거나 패키지 인덱스에서 찾을 수 있는 환경에서 실행합니다).\n": (
        "\n이 프로젝트가 쓰는 dltemplates {version}의 코드는 `{folder}`에 들어 있습니다.\n"
        "이제 여러분의 코드이고, dltemplates의 다른 부분은 필요 없습니다.\n"
        "더 새로운 코드가 필요하면 `dltemplates update`로 가져옵니다.\n"
    ),
}
_LINE_LENGTH = 88  # ruff's own


@dataclass(frozen=True)
class Ejected:
    """A project that stands alone.

    Attributes:
        pristine: Its files as they would be rendered.
        current: Its files as they are.
        copied: The files of the library, which belong to both.
        further: Modules of the library that only the current files use.
        folder: Where the library lies.
    """

    pristine: list[File]
    current: list[File]
    copied: list[File]
    further: tuple[str, ...]
    folder: str


def standalone(files: list[File], package: str, further: Iterable[str] = ()) -> list[File]:
    """Returns the files of a project with the library code that they use.

    Args:
        files: The project, but for its record.
        package: The name of its Python package.
        further: Modules of the library to copy, whether `files` use them or not.
    """
    library = installed()
    known = _known(further, library)
    _, copied, changed = _with_copy([files], package, _roots(files, library) | known, library)
    return sorted([*changed[0], *copied], key=lambda file: file.path)


def eject(pristine: list[File], current: list[File], package: str) -> Ejected:
    """Returns a project and its pristine copy, both with the library code that the project uses."""
    library = installed()
    rendered = _roots(pristine, library)
    roots = rendered | _roots(current, library)
    further = roots - closure(rendered, library).modules
    folder, copied, (before, now) = _with_copy([pristine, current], package, roots, library)
    return Ejected(before, now, copied, tuple(sorted(further)), folder)


def _with_copy(
    states: list[list[File]], package: str, roots: set[str], library: Library
) -> tuple[str, list[File], list[list[File]]]:
    """Returns the library's folder, its files, and the project's in each of several states."""
    first = states[0]
    metadata = next((each for each in first if each.path == project_metadata.FILE), None)
    table = project_metadata.read(metadata.data) if metadata else {}
    copy = _place(first, package, table, library)
    for files in states:
        taken = (f"{copy.folder}/", f"{copy.folder}.py")
        if any(file.path.startswith(taken) for file in files):
            hint = "Rename it first; nothing was changed."
            raise TargetError("is where the library's code goes.", where=copy.folder, hint=hint)
    found = closure(roots, library)
    distribution = str(project_metadata.part(table, "project").get("name", package))
    copied = library_files(found, library, copy, distribution) if roots else []
    data = package_data(copied, copy)
    changed = []
    for files in states:
        needed = project_metadata.needed(found.packages | _imported(files))
        changed.append([_changed(file, copy, needed, data) for file in files])
    return copy.folder, copied, changed


def _changed(file: File, copy: Copy, needed: list[Requirement], data: dict[str, list[str]]) -> File:
    if _WORD not in file.data:
        return file
    if file.path.endswith(".py"):
        return replace(file, data=renamed_project_file(PythonSource(file.path, file.data), copy))
    if file.path.endswith(notebook.SUFFIX):
        change = partial(renamed_project_file, copy=copy)
        return replace(file, data=notebook.changed(file.path, file.data, change))
    if file.path == project_metadata.FILE:
        return replace(file, data=project_metadata.without_library(file.data, needed, data))
    if file.path == "README.md":
        return replace(file, data=_readme(file.data, copy))
    return file


def _readme(data: bytes, copy: Copy) -> bytes:
    newline = b"\r\n" if b"\r\n" in data else b"\n"
    for sentence, about in IN_README.items():
        told = about.format(folder=copy.folder, version=dltemplates.__version__)
        old, new = (each.encode().replace(b"\n", newline) for each in (sentence, told))
        data = data.replace(old, new)
    return data


def _known(modules: Iterable[str], library: Library) -> set[str]:
    gone = [module for module in modules if library.file(module) is None]
    if gone:
        message = (
            f"dltemplates {dltemplates.__version__} has no {gone[0]}, which this project uses."
        )
        hint = "Stop using it and take it off `library` in .dltemplates/project.json."
        raise TargetError(message, where="library", hint=hint)
    return set(modules)


def _roots(files: list[File], library: Library) -> set[str]:
    return set().union(*(used_modules(source, library) for source in _sources(files, _WORD)))


def _sources(files: list[File], word: bytes = b"") -> Iterator[PythonSource]:
    for file in files:
        if word not in file.data:
            continue
        if file.path.endswith(".py"):
            yield PythonSource(file.path, file.data)
        elif file.path.endswith(notebook.SUFFIX):
            yield from notebook.sources(file.path, file.data)


def _imported(files: list[File]) -> set[str]:
    """What they import from others; what is no Python and does not name us is none of ours."""
    found: set[str] = set()
    for file in files:
        with contextlib.suppress(TargetError):
            found |= set().union(*(third_party(source) for source in _sources([file])))
    return found


def _place(files: list[File], package: str, table: dict[str, Any], library: Library) -> Copy:
    modules = [file.path for file in files if file.path.endswith(".py")]
    homes = [path.removesuffix("/__init__.py") for path in modules if path.endswith("/__init__.py")]
    homes = [path for path in homes if path.rpartition("/")[2] == package]
    home = min(homes, key=len, default=None)
    if home is None:
        raise TargetError(f"has no package {package} to copy the library into.", where="project")
    tops = {path.removeprefix("src/").split("/")[0] for path in modules}
    length = project_metadata.part(table, "tool", "ruff").get("line-length")
    return Copy(
        module=f"{package}.{FOLDER}",
        folder=f"{home}/{FOLDER}",
        rooms=library.rooms,
        first_party=frozenset(top.removesuffix(".py") for top in tops),
        line_length=length if isinstance(length, int) else _LINE_LENGTH,
    )
