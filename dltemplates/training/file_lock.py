"""A lock on a file that ends with the process, however that ends."""

from typing import IO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


def lock_file(file: IO[str]) -> bool:
    """Locks an open file until it is closed; False if another process has it locked.

    Where the system has no such locks, nothing is locked, and the answer is True.
    """
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
