"""The lock of a run that is training. It ends with the process, however that ends."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from dltemplates.errors import RunError

try:
    import fcntl
except ImportError:  # Windows has no such locks; nothing is locked there
    fcntl = None  # type: ignore[assignment]

LOCK = "run.lock"


@contextlib.contextmanager
def lock_run(folder: Path) -> Iterator[None]:
    """Keeps other processes from training the run in this folder.

    Raises:
        RunError: Another one does.
    """
    path = folder / LOCK
    with open(path, "w") as file:
        if not lock_file(file):
            raise RunError(
                "Another process is training this run.", where=folder, hint="Wait for it."
            )
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def lock_file(file: IO) -> bool:
    """Takes the lock of an open file, which closing it gives back; False if another has it."""
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def is_locked(folder: Path) -> bool:
    """Whether a process trains the run in this folder; False where that cannot be asked."""
    if fcntl is None:
        return False
    try:
        with open(folder / LOCK, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
