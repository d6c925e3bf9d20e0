"""Errors of the file system, as errors that say what to do."""

import contextlib
import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dltemplates.errors import TargetError

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS}


@dataclass(frozen=True)
class Advice:
    """What to do where there is no space, no permission, and where something else is wrong."""

    no_space: str
    no_permission: str
    other: str
    state: str


NEW_PROJECT = Advice(
    "Free some, or choose another place.",
    "Choose a place where you may write.",
    "Choose another place.",
    "Nothing was written.",
)
SAME_PROJECT = Advice(
    "Free some and try again.",
    "Try again with the right to write there.",
    "Try again when that is put right.",
    "The project is as it was.",
)


@contextlib.contextmanager
def explained(target: Path, advice: Advice = NEW_PROJECT) -> Iterator[None]:
    """Turns an error while `target` is written into one that says what to do."""
    try:
        yield
    except OSError as error:
        place = target if advice is NEW_PROJECT else error.filename2 or error.filename or target
        if error.errno in _NO_SPACE:
            message, hint = "there is no space left.", advice.no_space
        elif error.errno in _NO_PERMISSION:
            message, hint = "cannot be written.", advice.no_permission
        else:
            message, hint = f"{error.strerror or error}.", advice.other
        raise TargetError(message, where=place, hint=f"{hint} {advice.state}") from error
