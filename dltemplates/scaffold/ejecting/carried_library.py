"""The library's code as a project carries it: which of its files it is, and how much."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from dltemplates.scaffold.ejecting.library import NAME, installed
from dltemplates.scaffold.ejecting.standalone import FOLDER
from dltemplates.scaffold.files import File


def copied_files(files: Iterable[File], package: str) -> list[File]:
    """Returns those of a project's files that are the library's."""
    return [file for file in files if f"/{package}/{FOLDER}/" in f"/{file.path}"]


def is_copy(folder: Path) -> bool:
    """Whether a folder is a copy of the library."""
    try:
        return NAME.encode() in (folder / "__init__.py").read_bytes()
    except OSError:
        return False


def further_modules(project: Path, package: str, files: Iterable[File]) -> tuple[str, ...]:
    """Returns the library's modules that a project on disk has beyond those among `files`."""
    library, found = installed(), set()
    home = project / package / FOLDER
    known = {file.path for file in copied_files(files, package)}
    for place in home.rglob("*.py"):
        module = ".".join((NAME, *place.relative_to(home).with_suffix("").parts))
        if place.relative_to(project).as_posix() not in known and library.file(module):
            found.add(module)
    return tuple(sorted(found))


def lines_of(files: Iterable[File]) -> int:
    """Returns how many lines of Python they have."""
    return sum(file.data.count(b"\n") for file in files if file.path.endswith(".py"))


def amount(files: Sequence[File]) -> str:
    """Such as `198 files, 17,555 lines of Python`."""
    return f"{len(files)} files, {lines_of(files):,} lines of Python"
