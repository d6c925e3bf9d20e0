"""Writes a project to disk: whole, or not at all.

Everything is written to a staging folder first. A target that does not exist comes into being by
one rename. A target that is an empty folder is kept (it may be a shell's working directory or a
mount) and gets its entries by one rename each, which are taken back if one fails.
"""

import contextlib
import errno
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

from dltemplates.errors import TargetError
from dltemplates.scaffold.files import File

_SHOWN = 3
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS}


def write(target: Path, files: Sequence[File]) -> None:
    """Writes `files` to the folder `target`. On any error or interrupt nothing stays behind."""
    check(target)
    with _explained(target), _terminable():
        if target.is_dir():
            _fill(target, files)
        else:
            _create(target, files)


def check(target: Path) -> None:
    """Raises `TargetError` unless `target` is missing or an empty folder."""
    with _explained(target):
        if not os.path.lexists(target):
            return
        if not target.is_dir():
            kind = "a link to nothing" if not target.exists() else "a file"
            raise TargetError(f"is {kind}.", where=target, hint="Choose another folder.")
        entries = sorted(entry.name for entry in target.iterdir())
    if entries:
        more = len(entries) - _SHOWN
        shown = ", ".join(entries[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
        hint = "Choose another folder; nothing was written."
        raise TargetError(f"is not empty: it has {shown}.", where=target, hint=hint)


def _create(target: Path, files: Sequence[File]) -> None:
    target = target.absolute()
    missing = [parent for parent in target.parents if not parent.exists()]
    stage = target.with_name(f".{target.name[:40]}.dltemplates-{_token()}")
    try:
        for parent in reversed(missing):
            parent.mkdir()
        _write_all(stage, files)
        stage.rename(target)
    except BaseException:
        with _uninterrupted():
            _remove(stage)
            for parent in missing:
                with contextlib.suppress(OSError):
                    parent.rmdir()
        raise


def _fill(target: Path, files: Sequence[File]) -> None:
    stage = target / f".dltemplates-{_token()}"
    moved = []
    try:
        _write_all(stage, files)
        for entry in sorted({file.path.split("/")[0] for file in files}):
            moved.append(entry)
            (stage / entry).rename(target / entry)
        stage.rmdir()
    except BaseException:
        with _uninterrupted():
            for entry in moved:
                if not os.path.lexists(stage / entry):
                    _remove(target / entry)
            _remove(stage)
        raise


def _write_all(folder: Path, files: Sequence[File]) -> None:
    folder.mkdir()
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = 0o777 if file.executable else 0o666  # less what the user's umask takes away
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with open(os.open(path, flags, mode), "wb") as stream:
            stream.write(file.data)


def _remove(path: Path) -> None:
    import shutil

    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()


def _token() -> str:
    return os.urandom(4).hex()


@contextlib.contextmanager
def _explained(target: Path) -> Iterator[None]:
    """Turns an error of the file system into one that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            message, hint = "there is no space left.", "Free some, or choose another place."
        elif error.errno in _NO_PERMISSION:
            message, hint = "cannot be written.", "Choose a place where you may write."
        else:
            message, hint = f"{error.strerror or error}.", "Choose another place."
        raise TargetError(message, where=target, hint=f"{hint} Nothing was written.") from error


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """Lets a polite kill (SIGTERM) clean up, as Ctrl-C does."""
    if not _is_main_thread() or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _exit(signum: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + signum)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Holds off a second Ctrl-C while we clean up after the first."""
    if not _is_main_thread():
        yield
        return
    before = {s: signal.signal(s, signal.SIG_IGN) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
