"""Writes a project to disk: whole, or not at all.

Everything is written to a staging folder first. A target that does not exist comes into being by
one rename. A target that is an empty folder is kept (it may be a shell's working directory or a
mount) and gets its entries by one rename each, which are taken back if one fails.
"""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from dltemplates.errors import TargetError
from dltemplates.scaffold.files import File
from dltemplates.scaffold.interrupts import terminable, uninterrupted
from dltemplates.scaffold.write_errors import explained

_SHOWN = 3


def write(target: Path, files: Sequence[File]) -> None:
    """Writes `files` to the folder `target`. On any error or interrupt nothing stays behind."""
    check(target)
    with explained(target), terminable():
        if target.is_dir():
            _fill(target, files)
        else:
            _create(target, files)


def check(target: Path) -> None:
    """Raises `TargetError` unless `target` is missing or an empty folder."""
    with explained(target):
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
        with uninterrupted():
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
        with uninterrupted():
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
