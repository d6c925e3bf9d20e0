"""Files and names that last over a loss of power, as far as the system lets us."""

import contextlib
import os
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Writes a new file and flushes it to disk; its folder is the caller's to flush."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags, 0o666), "wb") as stream:  # less what the umask takes away
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def flush_folder(folder: Path) -> None:
    """Makes the names in a folder last."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
