"""The files that a command is asked about: names, folders, patterns, and lists of names."""

import fnmatch
import hashlib
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dltemplates.data.encoded_images import printable
from dltemplates.data.text_encoding import encoding_of
from dltemplates.errors import DataError

_MAGIC = "*?["


@dataclass(frozen=True)
class InputFiles:
    """Files in a fixed order, found anew each time they are gone through, so that no list of
    millions is kept.

    Attributes:
        named: Files, folders (what is in them and below, in name order), and patterns such as
            `photos/**/*.jpg`.
        suffixes: What a file in a folder must end with, in lower case.
        listed: A text file with one name a line, as seen from the current folder.
    """

    named: Sequence[str]
    suffixes: Collection[str]
    listed: Path | None = None

    def __iter__(self) -> Iterator[str]:
        for name in self.named:
            yield from self._found(name)
        if self.listed is not None:
            yield from _lines(self.listed)

    def _found(self, name: str) -> Iterator[str]:
        if os.path.isdir(name):
            return _some(_below(name, self.suffixes), "No file of a known kind in here.", name)
        if os.path.lexists(name):
            return iter([name])
        if any(sign in name for sign in _MAGIC):
            return _some(_matching(name), "No file is called like this.", name)
        raise DataError("No such file.", where=name, hint="Check the path.")

    def survey(self, target: Path) -> tuple[int, str]:
        """How many files there are, and a digest of their names, sizes and times of change.

        Raises:
            DataError: One cannot be found, or is `target`, which will be written.
        """
        count, digest = 0, hashlib.sha256()
        for path in self:
            count += 1
            if os.path.basename(path) == target.name and _same(path, target):
                raise DataError(
                    "The answers would be written over what is asked about.",
                    where=target,
                    hint="Choose another name with --to.",
                )
            digest.update(f"{printable(path)}\0{_state(path)}\n".encode())
        if not count:
            raise DataError("There is no file to answer.", where=self.listed)
        return count, digest.hexdigest()


def _state(path: str) -> str:
    try:
        found = os.stat(path)
    except OSError:
        return "missing"
    return f"{found.st_size} {found.st_mtime_ns}"


def _same(path: str, target: Path) -> bool:
    return os.path.realpath(path) == os.path.realpath(target)


def _some(paths: Iterator[str], otherwise: str, where: str) -> Iterator[str]:
    first = next(paths, None)
    if first is None:
        raise DataError(otherwise, where=where, hint="Check the path.")
    yield first
    yield from paths


def _below(folder: str, suffixes: Collection[str]) -> Iterator[str]:
    """Files in a folder, then those below, in name order; hidden ones are left out."""
    folders, files = _entries(folder)
    for name in files:
        if os.path.splitext(name)[1].lower() in suffixes:
            yield os.path.join(folder, name)
    for name in folders:
        yield from _below(os.path.join(folder, name), suffixes)


def _matching(pattern: str) -> Iterator[str]:
    """The files that a pattern names, in name order, as `glob` understands it."""
    path = Path(pattern)
    parts = list(path.parts)
    plain = next(place for place, part in enumerate(parts) if any(s in part for s in _MAGIC))
    root = os.path.join(*parts[:plain]) if plain else ""
    rest = [part for place, part in enumerate(parts[plain:], plain) if not _repeats(parts, place)]
    return _walk(root, rest)


def _repeats(parts: list[str], place: int) -> bool:
    return place > 0 and parts[place] == parts[place - 1] == "**"


def _walk(folder: str, parts: list[str]) -> Iterator[str]:
    part, rest = parts[0], parts[1:]
    if not os.path.isdir(folder or "."):
        return
    folders, files = _entries(folder or ".")
    if part == "**" and rest:
        yield from _walk(folder, rest)
        for name in folders:
            yield from _walk(os.path.join(folder, name), parts)
    elif part == "**":
        yield from (os.path.join(folder, name) for name in files)
        for name in folders:
            yield from _walk(os.path.join(folder, name), parts)
    elif rest:
        for name in fnmatch.filter(folders, part):
            yield from _walk(os.path.join(folder, name), rest)
    else:
        yield from (os.path.join(folder, name) for name in fnmatch.filter(files, part))


def _entries(folder: str) -> tuple[list[str], list[str]]:
    """The names of folders and of files in a folder, sorted; hidden ones are left out."""
    folders: list[str] = []
    files: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name in ("Thumbs.db", "desktop.ini"):
                    continue
                link = entry.is_symlink() and is_folder(entry)  # which may lead back here
                if not link:
                    (folders if is_folder(entry) else files).append(entry.name)
    except OSError as error:
        raise DataError(
            f"Cannot read this folder: {error.strerror}.",
            where=folder,
            hint="Check its permissions.",
        ) from None
    return sorted(folders), sorted(files)


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder or a link to one; `DirEntry.is_dir` fails at a link to itself."""
    return entry.is_dir(follow_symlinks=False) or (entry.is_symlink() and os.path.isdir(entry.path))


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding=encoding_of(path)) as file:
        yield from (line.rstrip("\r\n") for line in file if line.strip())
