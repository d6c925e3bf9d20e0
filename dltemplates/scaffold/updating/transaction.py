"""Changes many files of a project at once: all of them, or none.

What is to be written is first laid into `.dltemplates/update`, beside what it replaces, and then a
journal that lists both. Only then are files of the project touched, each by one rename. The journal
goes last. A journal that is still there was left by a kill or a loss of power: `recover` then puts
back what was there before, as does an error in between.
"""

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dltemplates.errors import UpdateError
from dltemplates.scaffold.files import File
from dltemplates.scaffold.interrupts import terminable, uninterrupted
from dltemplates.scaffold.record import FOLDER
from dltemplates.scaffold.updating import durable, journal
from dltemplates.scaffold.updating.journal import Entry, Journal, digest, inside, state_of
from dltemplates.scaffold.write_errors import SAME_PROJECT, explained

_STAGE = "update"
_JOURNAL = "journal.json"


@dataclass(frozen=True)
class Change:
    """A path's content before and after; None where there is none."""

    path: str
    before: File | None
    after: File | None


def apply(project: Path, changes: Sequence[Change]) -> None:
    """Carries out the changes. On an error or interrupt the project is as it was.

    Raises:
        UpdateError: If a file is no longer as its change says.
    """
    # Removals first: a file may have to give way to a folder.
    ordered = sorted(changes, key=lambda change: change.after is not None)
    with explained(project, SAME_PROJECT), terminable(), _locked(project):
        _undo(project)
        stage = project / FOLDER / _STAGE
        try:
            entries = _prepare(project, stage, ordered)
            for number, entry in enumerate(entries):
                _carry_out(project, stage, number, entry)
            _flush(project, entries)
            (stage / _JOURNAL).unlink()  # from here on it is done
        except BaseException:
            with uninterrupted(), _hopeful(project):
                _undo(project)
            raise
        durable.flush_folder(stage)
        shutil.rmtree(stage, ignore_errors=True)


def recover(project: Path) -> bool:
    """Undoes what an update left half done, if any; returns whether it did."""
    if not (project / FOLDER / _STAGE).is_dir():
        return False
    with explained(project, SAME_PROJECT), _locked(project):
        return _undo(project)


def _prepare(project: Path, stage: Path, changes: Sequence[Change]) -> list[Entry]:
    """Lays out what was and what will be, and then the journal."""
    for part in (stage, stage / "old", stage / "new"):
        part.mkdir()
    entries = []
    for number, change in enumerate(changes):
        target = project / change.path
        entry = Entry(change.path, digest(change.before), digest(change.after))
        if not target.is_dir():  # a folder is in the way only until what is in it is removed
            _expect(target, entry.before)
        if change.before:
            _keep(target, stage / "old" / str(number))
        if change.after:
            file = stage / "new" / str(number)
            durable.write(file, change.after.data)
            _set_mode(file, change.after, target if change.before else None)
        entries.append(entry)
    for folder in (stage / "old", stage / "new"):
        durable.flush_folder(folder)
    folders = _missing_folders(project, [change.path for change in changes if change.after])
    Journal(tuple(entries), folders).write(stage / _JOURNAL)
    durable.flush_folder(stage.parent)
    return entries


def _carry_out(project: Path, stage: Path, number: int, entry: Entry) -> None:
    target = inside(project, entry.path)
    _expect(target, entry.before)
    if entry.after is None:
        target.unlink()
        _remove_empty(target.parent, project)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(stage / "new" / str(number), target)


def _undo(project: Path) -> bool:
    """Puts back what the journal says, if there is one, and clears the stage."""
    stage = project / FOLDER / _STAGE
    file = stage / _JOURNAL
    found = file.is_file()
    if found:
        known = journal.read(file)
        for number, entry in reversed(list(enumerate(known.entries))):
            _put_back(project, stage / "old" / str(number), entry)
        for path in known.folders:
            with contextlib.suppress(OSError):  # the user may have put something there
                inside(project, path).rmdir()
        _flush(project, known.entries)
        file.unlink()
        durable.flush_folder(stage)
    shutil.rmtree(stage, ignore_errors=True)
    return found


def _put_back(project: Path, old: Path, entry: Entry) -> None:
    """Undoes one change. What the user has changed since then stays."""
    target = inside(project, entry.path)
    if state_of(target) != entry.after or entry.before == entry.after:
        return
    if entry.before is None:
        target.unlink()
    elif old.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(old, target)


def _missing_folders(project: Path, paths: Sequence[str]) -> tuple[str, ...]:
    """Returns the folders that writing `paths` makes, the innermost first."""
    folders = {str(parent) for path in paths for parent in PurePosixPath(path).parents}
    missing = (folder for folder in folders if not (project / folder).exists())
    return tuple(sorted(missing, reverse=True))


def _flush(project: Path, entries: Sequence[Entry]) -> None:
    """Makes the names of what was changed last, and those of folders that are new."""
    for folder in {parent for entry in entries for parent in PurePosixPath(entry.path).parents}:
        durable.flush_folder(project / folder)


def _keep(target: Path, old: Path) -> None:
    """Makes `old` the same file as `target`, which is about to be replaced."""
    try:
        os.link(target, old)
    except OSError:  # no links here: a copy does too
        durable.write(old, target.read_bytes())
        shutil.copystat(target, old)


def _set_mode(file: Path, after: File, like: Path | None) -> None:
    mode = stat.S_IMODE((like or file).stat().st_mode)
    # Who may read may also execute, as when a file is made.
    executable = mode | (mode & 0o444) >> 2
    file.chmod(executable if after.executable else mode & ~0o111)


def _remove_empty(folder: Path, project: Path) -> None:
    """Removes a folder, and those around it, if nothing is left in them."""
    with contextlib.suppress(OSError):
        while folder != project:
            folder.rmdir()
            folder = folder.parent


def _expect(target: Path, state: str | None) -> None:
    if state_of(target) != state:
        message = "was changed while the update was under way."
        raise UpdateError(message, where=target, hint="Try again. The project is as it was.")


@contextlib.contextmanager
def _locked(project: Path) -> Iterator[None]:
    """Keeps two updates of a project from each other, where the system can."""
    folder = project / FOLDER
    folder.mkdir(exist_ok=True)
    if folder.is_symlink():
        raise UpdateError("is a link.", where=folder, hint="Put the folder itself there.")
    try:
        import fcntl
    except ImportError:  # Windows, which does not let folders be locked
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise UpdateError("another update is under way.", where=project) from error
    finally:
        os.close(handle)
        with contextlib.suppress(OSError):  # empty if it was made for this and nothing came of it
            folder.rmdir()


@contextlib.contextmanager
def _hopeful(project: Path) -> Iterator[None]:
    """Says what to do where even putting back failed: the journal is still there."""
    try:
        yield
    except OSError as error:
        hint = "The next `dltemplates update` puts it back as it was."
        message = f"is half updated: {error.strerror}."
        raise UpdateError(message, where=project, hint=hint) from error
