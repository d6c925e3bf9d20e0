"""Images in class folders, with or without train, validation and test folders above them."""

import os
import re
import unicodedata
from pathlib import Path

import numpy as np

from dltemplates.data.encoded_images import SPLIT_NAMES, EncodedImages, LabelledImages, printable
from dltemplates.data.input_files import is_folder
from dltemplates.errors import DataError

IMAGE_SUFFIXES = {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".bmp", ".webp"}

_LAYOUT = (
    "Expected <folder>/<class>/<image>, or <folder>/train/<class>/<image> with optional "
    "validation and test folders beside train."
)


def read_class_folders(folder: Path) -> LabelledImages:
    """Lists the images below `folder`; a class is a folder's name.

    Classes are in natural order (2 before 10), and composed Unicode, so that the same Korean name
    is one class whichever system wrote it.

    Raises:
        DataError: No class folders, an empty class, one class only, two folders for one split, or
            names that are not UTF-8.
    """
    roots = split_roots(folder)
    classes = {split: class_folders(root) for split, root in roots.items()}
    names = sorted(
        {name for found in classes.values() for name in found},
        key=lambda name: (natural_order(name), name),
    )
    if not names:
        raise DataError("No class folders here.", where=folder, hint=_LAYOUT)
    if len(names) == 1:
        raise DataError(
            f"Only one class here: {names[0]!r}.",
            where=folder,
            hint="A classifier needs at least two; to teach a trained one another, put images of "
            f"one that it knows beside it. {_LAYOUT}",
        )
    ignored: list[str] = []
    splits = {}
    for split, found in classes.items():
        paths: list[str] = []
        labels: list[int] = []
        for label, name in enumerate(names):
            files = [file for place in found.get(name, []) for file in image_files(place, ignored)]
            if name in found and not files:
                raise DataError(
                    "This class folder holds no image.",
                    where=found[name][0],
                    hint=f"Add images ({_suffixes()}), or remove the folder.",
                )
            paths += files
            labels += [label] * len(files)
        splits[split] = EncodedImages(paths, np.array(labels, "int64"))
    return LabelledImages(names, splits, ignored)


def natural_order(name: str) -> list[tuple[int, int, str]]:
    """A sort key that counts: `2` before `10`, `a2` before `a10`."""
    parts = re.split(r"([0-9]+)", name)  # text and numbers in turn
    return [
        (0, int(part), "") if place % 2 else (1, 0, part.casefold())
        for place, part in enumerate(parts)
    ]


def split_roots(folder: Path) -> dict[str, Path]:
    """The folder of each split: those called after one, or `folder` itself as `train`.

    Raises:
        DataError: Two folders for one split, or `folder` cannot be read.
    """
    roots: dict[str, Path] = {}
    for place in _folders(folder):
        split = SPLIT_NAMES.get(place.name.lower())
        if split is None:
            continue
        if split in roots:
            raise DataError(
                f"Both {roots[split].name!r} and {place.name!r} look like the {split} split.",
                where=folder,
                hint="Keep one of the two.",
            )
        roots[split] = place
    if "train" not in roots or not _folders(roots["train"]):  # `train` may be a class
        return {"train": folder}
    return roots


def class_folders(root: Path) -> dict[str, list[Path]]:
    """The folders of each class in `root`, by its name in composed Unicode.

    Raises:
        DataError: A name that is not UTF-8, or `root` cannot be read.
    """
    classes: dict[str, list[Path]] = {}
    for place in _folders(root):
        name = unicodedata.normalize("NFC", place.name)
        if name != printable(name):
            raise DataError(
                "The name of this class folder is not UTF-8.",
                where=printable(str(place)),
                hint="Rename it; an archive from Windows may have been unpacked as cp949.",
            )
        classes.setdefault(name, []).append(place)
    return classes


def _folders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            visible = (entry for entry in entries if not entry.name.startswith("."))
            found = [Path(entry.path) for entry in visible if is_folder(entry)]
    except FileNotFoundError:
        raise DataError("No such folder.", where=folder, hint="Check data.path.") from None
    except NotADirectoryError:
        raise DataError("This is a file.", where=folder, hint=_LAYOUT) from None
    except PermissionError:
        raise DataError(
            "No permission to read this folder.", where=folder, hint="Check its permissions."
        ) from None
    return sorted(found)


def image_files(folder: Path, ignored: list[str]) -> list[str]:
    """Image files in `folder` and below, in name order; what else is there goes to `ignored`."""
    images: list[str] = []
    for place, folders, names in os.walk(folder, onerror=refuse_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith(".") or name in ("Thumbs.db", "desktop.ini"):
                continue
            known = os.path.splitext(name)[1].lower() in IMAGE_SUFFIXES
            (images if known else ignored).append(os.path.join(place, name))
    return images


def refuse_unreadable(error: OSError) -> None:
    """What `os.walk` does with a folder that it cannot read, as its `onerror`."""
    raise DataError(
        f"Cannot read this folder: {error.strerror}.",
        where=error.filename,
        hint="Check its permissions.",
    )


def _suffixes() -> str:
    return ", ".join(sorted(IMAGE_SUFFIXES))
