"""Texts in class folders, one file each, with or without train, validation and test above them."""

import os
from pathlib import Path

from dltemplates.data.broken_rows import BrokenRows
from dltemplates.data.class_folders import class_folders, refuse_unreadable, split_roots
from dltemplates.data.encoded_images import printable
from dltemplates.data.named_texts import NamedTexts
from dltemplates.data.text_encoding import decode
from dltemplates.data.text_row import LONGEST
from dltemplates.errors import DataError

LAYOUT = (
    "Expected <folder>/<class>/<text>.txt, or <folder>/train/<class>/<text>.txt with optional "
    "validation and test folders beside train."
)


def read_text_folders(folder: Path, broken_limit: float = 0.01) -> dict[str, NamedTexts]:
    """Reads the `.txt` files below `folder`; a class is a folder's name.

    Names of classes are composed Unicode, so that the same Korean name is one class whichever
    system wrote it. Hidden files, and files of other suffixes, are ignored.

    Args:
        folder: The folder of class folders.
        broken_limit: Largest share of files that is skipped for being empty; one always may be,
            unless it is 0.

    Raises:
        DataError: No class folders, an empty class, two folders for one split, a file that is
            neither UTF-8 nor cp949, or too many empty ones.
    """
    return {split: _read_split(root, broken_limit) for split, root in split_roots(folder).items()}


def _read_split(root: Path, broken_limit: float) -> NamedTexts:
    found = class_folders(root)
    if not found:
        raise DataError("No class folders here.", where=root, hint=LAYOUT)
    broken = BrokenRows(str(root), "file")
    texts: list[str] = []
    labels: list[tuple[str, ...]] = []
    seen = 0
    for name, folders in found.items():
        files = [file for place in folders for file in _text_files(place)]
        if not files:
            raise DataError(
                "This class folder holds no text.",
                where=folders[0],
                hint="Add .txt files, or remove the folder.",
            )
        label = (name,)
        for file in files:
            seen += 1
            text = _read_text(file)
            if fault := _fault(text):
                broken.add(seen, f"({printable(os.path.relpath(file, root))}) {fault}")
                continue
            texts.append(text)
            labels.append(label)
    skipped = broken.settle(
        seen, broken_limit, "Remove them, or raise data.broken_limit to skip more."
    )
    return NamedTexts(texts, labels, str(root), skipped)


def _text_files(folder: Path) -> list[str]:
    """Files of texts in `folder` and below, in name order."""
    files: list[str] = []
    for place, folders, names in os.walk(folder, onerror=refuse_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        files += [
            os.path.join(place, name)
            for name in sorted(names)
            if name.lower().endswith(".txt") and not name.startswith(".")
        ]
    return files


def _read_text(file: str) -> str:
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        raise DataError(
            f"Cannot read it: {(error.strerror or str(error)).lower()}.",
            where=printable(file),
            hint="Check its permissions, or remove it.",
        ) from None
    return decode(content, printable(file))


def _fault(text: str) -> str:
    if not text.strip():
        return "is empty"
    if len(text) > LONGEST:
        return f"has {len(text):,} characters, more than {LONGEST:,}"
    return ""
