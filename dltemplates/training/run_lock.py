"""Whether a run is training now."""

from pathlib import Path

LOCK = "run.lock"  # held by flock while a process trains the run


def is_locked(folder: Path) -> bool:
    """Whether a process trains the run in this folder; False where that cannot be asked."""
    try:
        import fcntl

        with open(folder / LOCK, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except (ImportError, OSError):
        return False
    return False
