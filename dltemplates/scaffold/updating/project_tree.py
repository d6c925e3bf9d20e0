"""What a project has on disk at the paths that an update is about."""

import contextlib
import os
import stat
from collections.abc import Iterator, Mapping, Set
from pathlib import Path, PurePosixPath

from dltemplates.errors import UpdateError
from dltemplates.scaffold.files import File
from dltemplates.scaffold.updating.update_plan import Leaf, Obstacle

# Where nobody moves a file of the project to, and where there may be very many.
_PASSED_OVER = frozenset("runs tune lr-find mlruns export __pycache__ node_modules".split())
_MOST_FOLDERS = 2000


def read(project: Path, paths: Set[str]) -> dict[str, Leaf]:
    """Returns the files at `paths`, and what is in the way of those that are not there."""
    leaves: dict[str, Leaf] = {}
    for path in sorted(paths):
        if leaf := _leaf(project, path, paths):
            leaves[leaf.path] = leaf
    return leaves


def read_file(project: Path, path: str) -> File:
    """Returns the file at `path`."""
    file = project / path
    try:
        return File(path, file.read_bytes(), bool(file.stat().st_mode & 0o100))
    except OSError as error:
        raise UpdateError(f"cannot be read: {error.strerror}.", where=file) from error


def moved_files(project: Path, missing: Mapping[str, File], known: Set[str]) -> list[File]:
    """Returns files of the user's own that are as large as `missing` ones: they may be moved ones.

    Args:
        project: The project's folder.
        missing: Files that are not where they were, by path.
        known: Paths of files that are no moved ones.
    """
    sizes = {len(file.data) for file in missing.values()} - {0}
    if not sizes:
        return []
    found = []
    for path, size in walk(project):
        if size in sizes and path not in known:
            with contextlib.suppress(UpdateError):  # what cannot be read is none of ours
                found.append(read_file(project, path))
    return found


def _leaf(project: Path, path: str, paths: Set[str]) -> Leaf | None:
    for parent in reversed(PurePosixPath(path).parents[:-1]):
        mode = _mode(project / parent)
        if mode is None:
            return None
        if not stat.S_ISDIR(mode):
            return None if str(parent) in paths else Obstacle(str(parent))
    mode = _mode(project / path)
    if mode is None:
        return None
    if stat.S_ISREG(mode):
        return read_file(project, path)
    if stat.S_ISDIR(mode):
        return _inside(project, path, paths)
    return Obstacle(path)


def _inside(project: Path, folder: str, paths: Set[str]) -> Obstacle | None:
    """Returns what is in a folder that stands where a file shall be, but for files of `paths`."""
    empty = True
    for parent, _, names in os.walk(project / folder):
        for name in names:
            empty = False
            path = Path(parent, name).relative_to(project).as_posix()
            if path not in paths:
                return Obstacle(path)
    return Obstacle(folder) if empty else None


def _mode(path: Path) -> int | None:
    try:
        return path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UpdateError(f"cannot be read: {error.strerror}.", where=path) from error


def walk(project: Path) -> Iterator[tuple[str, int]]:
    """Yields paths and sizes of the plain files in a project, but for what tools write."""
    for number, (folder, folders, names) in enumerate(os.walk(project)):
        folders[:] = [name for name in sorted(folders) if _is_entered(Path(folder, name))]
        for name in sorted(names):
            status = os.lstat(os.path.join(folder, name))
            if stat.S_ISREG(status.st_mode):
                yield Path(folder, name).relative_to(project).as_posix(), status.st_size
        if number == _MOST_FOLDERS:
            return


def _is_entered(folder: Path) -> bool:
    if folder.name.startswith(".") and folder.name != ".github":
        return False
    return folder.name not in _PASSED_OVER and not (folder / "pyvenv.cfg").exists()
