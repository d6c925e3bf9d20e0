"""What a transaction is about to change, and what is there: enough to undo it."""

import hashlib
import json
import stat
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from dltemplates.errors import UpdateError
from dltemplates.scaffold.files import File
from dltemplates.scaffold.updating import durable


@dataclass(frozen=True)
class Entry:
    """A line of the journal: what `state_of` says of a path before and after its change."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Journal:
    """The changes of a transaction, and the folders that it makes, the innermost first."""

    entries: tuple[Entry, ...]
    folders: tuple[str, ...]

    def write(self, file: Path) -> None:
        """Writes it: whole, or not at all."""
        aside = file.with_suffix(".new")
        durable.write(aside, json.dumps(asdict(self), ensure_ascii=False).encode())
        aside.rename(file)
        durable.flush_folder(file.parent)


def read(file: Path) -> Journal:
    """Returns a journal that was written."""
    try:
        table = json.loads(file.read_text(encoding="utf-8"))
        entries = tuple(Entry(**entry) for entry in table["entries"])
        return Journal(entries, tuple(table["folders"]))
    except (ValueError, TypeError, KeyError) as error:
        hint = "Nothing of ours leaves it so. Remove the folder if the project is as you want it."
        raise UpdateError("is no journal of an update.", where=file, hint=hint) from error


def inside(project: Path, path: str) -> Path:
    """Returns the place of `path`, which no link leads out of the project."""
    place = project / path
    if ".." in PurePosixPath(path).parts or not place.parent.resolve().is_relative_to(
        project.resolve()
    ):
        raise UpdateError("is outside of the project.", where=path)
    return place


def digest(file: File | None) -> str | None:
    """Returns what a file is known by; None if it is not there."""
    if file is None:
        return None
    return hashlib.sha256(file.data).hexdigest() + ("x" if file.executable else "")


def state_of(path: Path) -> str | None:
    """Returns the digest of what is at a path, None if nothing is."""
    try:
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode):
            return "other"
        return digest(File("", path.read_bytes(), bool(mode & 0o100)))
    except (FileNotFoundError, NotADirectoryError):
        return None
