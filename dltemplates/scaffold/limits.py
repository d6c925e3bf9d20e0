"""How long, and in how much memory, somebody else's template may render.

Jinja's sandbox keeps a template from files and programs, not from endless loops or endless texts.
Both limits need a Unix system and its main thread; the limit on a file's length holds everywhere.
"""

import contextlib
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from dltemplates.errors import TemplateError

SECONDS = 20.0
MEMORY = 1 << 30  # bytes, beyond what is in use already
FILE_LENGTH = 10_000_000  # characters
BITS = 100_000  # of a power: while one operation lasts, it cannot be interrupted


class OutOfTime(Exception):  # noqa: N818 (an event, and not for users)
    """Rendering took too long."""


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Raises `OutOfTime` or `MemoryError` in a block that takes too much."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        with _memory():
            yield
    except OutOfTime:  # between two files
        raise TemplateError(f"rendering takes more than {SECONDS:g} s.") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise OutOfTime


@contextlib.contextmanager
def _memory() -> Iterator[None]:
    import resource

    used = _in_use()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if used is None or (soft != resource.RLIM_INFINITY and soft < used + MEMORY):
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _in_use() -> int | None:
    """Returns the size of this process's address space; None where there is no /proc."""
    import resource

    try:
        pages = Path("/proc/self/statm").read_text().split()[0]
    except OSError:
        return None
    return int(pages) * resource.getpagesize()
