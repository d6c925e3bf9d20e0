"""What kinds of files lie in a folder, counted by their names."""

import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dltemplates.data.class_folders import IMAGE_SUFFIXES
from dltemplates.data.encoded_images import printable
from dltemplates.data.text_rows import SUFFIXES as TABLE_SUFFIXES
from dltemplates.errors import DataError

_IDLE = ("Thumbs.db", "desktop.ini")


@dataclass
class FolderSurvey:
    """Files in a folder and below, hidden ones left out; links to folders are not followed.

    Attributes:
        folder: The folder.
        images: How many files are images by their suffix.
        texts: How many `.txt` files lie in folders below.
        tables: Files that may be tables, right in the folder.
        deeper_tables: How many lie further below.
        others: How many files have each other suffix.
    """

    folder: Path
    images: int = 0
    texts: int = 0
    tables: list[Path] = field(default_factory=list)
    deeper_tables: int = 0
    others: Counter[str] = field(default_factory=Counter)

    @property
    def files(self) -> int:
        tables = len(self.tables) + self.deeper_tables
        return self.images + self.texts + tables + sum(self.others.values())

    def kinds(self) -> str:
        """What there is, in words: `12 images, 3 .pdf files`."""
        counts = {
            "images": self.images,
            "texts": self.texts,
            "tables": len(self.tables) + self.deeper_tables,
            **{f"{suffix or 'nameless'} files": n for suffix, n in self.others.most_common(3)},
        }
        return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)


def survey_folder(folder: Path) -> FolderSurvey:
    """Counts the files of `folder` by what their names promise.

    Raises:
        DataError: It cannot be read, or holds no file.
    """
    found = FolderSurvey(folder)
    for place, name, depth in _files(folder):
        suffix = os.path.splitext(name)[1].lower()
        if suffix in IMAGE_SUFFIXES:
            found.images += 1
        elif suffix == ".txt" and depth:
            found.texts += 1
        elif suffix in TABLE_SUFFIXES and not depth:
            found.tables.append(Path(place, name))
        elif suffix in TABLE_SUFFIXES:
            found.deeper_tables += 1
        else:
            found.others[printable(suffix)] += 1
    if not found.files:
        raise DataError(
            "There is no file in this folder.", where=folder, hint="Check the path, also below it."
        )
    found.tables.sort()
    return found


def _files(folder: Path) -> Iterator[tuple[str, str, int]]:
    """Place, name and depth of each file."""
    waiting = [(str(folder), 0)]
    while waiting:
        place, depth = waiting.pop()
        for entry in _entries(place):
            if entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, depth + 1))
            elif _is_file(entry):
                yield place, entry.name, depth


def _entries(place: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(place) as entries:
            return [e for e in entries if not e.name.startswith(".") and e.name not in _IDLE]
    except OSError as error:
        raise DataError(
            f"Cannot read this folder: {error.strerror}.",
            where=printable(place),
            hint="Check its permissions.",
        ) from None


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether there is a file behind an entry; pipes and sockets would not let go of a reader."""
    if entry.is_symlink():
        try:
            return stat.S_ISREG(entry.stat().st_mode)
        except OSError:  # a link to nothing, or to itself
            return False
    return entry.is_file()
