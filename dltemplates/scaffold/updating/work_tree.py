"""The user's own git: whether what an update changes could be had back from it."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from dltemplates.errors import UpdateError

_SHOWN = 3


def refuse_uncommitted(project: Path, paths: Iterable[str]) -> None:
    """Raises `UpdateError` if git does not have the project as it is.

    Args:
        project: The project's folder.
        paths: What will be changed. Files that git does not know matter only among these.
    """
    touched = tuple(paths)
    uncommitted = [
        path
        for code, path in _status(project)
        if code != "??" or any(_is_in(each, path) for each in touched)
    ]
    if uncommitted:
        more = len(uncommitted) - _SHOWN
        shown = ", ".join(uncommitted[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
        hint = "Commit them first, so that the update can be told from them, or pass --allow-dirty."
        raise UpdateError(f"has uncommitted changes: {shown}.", where=project, hint=hint)


def _status(project: Path) -> list[tuple[str, str]]:
    """Returns git's code and the path in the project of all that is not committed.

    It is empty where no git is at work.
    """
    git = shutil.which("git")
    if git is None or not any((each / ".git").exists() for each in _with_parents(project)):
        return []
    command = [git, "status", "--porcelain", "-z", "--no-renames", "--", "."]
    environment = os.environ | {"GIT_OPTIONAL_LOCKS": "0"}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True)
    if done.returncode != 0:
        message = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        hint = "Pass --allow-dirty to go on without git."
        raise UpdateError(f"git cannot say what is committed: {message}", where=project, hint=hint)
    prefix = _prefix(git, project)
    entries = [entry for entry in done.stdout.split(b"\0") if entry]
    paths = (os.fsdecode(entry[3:]) for entry in entries)
    return [
        (entry[:2].decode(), "." if prefix.startswith(path) else path.removeprefix(prefix))
        for entry, path in zip(entries, paths, strict=True)
    ]


def _is_in(path: str, place: str) -> bool:
    """Whether a path is a place that git names, or lies in it; `.` is all of the project."""
    return place == "." or f"{path}/".startswith(f"{place.rstrip('/')}/")


def _prefix(git: str, project: Path) -> str:
    """Returns the project's path in the work tree, as git puts it before every path."""
    command = [git, "rev-parse", "--show-prefix"]
    done = subprocess.run(command, cwd=project, capture_output=True)
    return os.fsdecode(done.stdout).rstrip("\n")


def _with_parents(project: Path) -> tuple[Path, ...]:
    absolute = project.resolve()
    return (absolute, *absolute.parents)
