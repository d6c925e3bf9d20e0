"""Labelled images before decoding, and their division into training, validation and test."""

import hashlib
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dltemplates.errors import DataError

log = logging.getLogger(__name__)

SPLITS = ("train", "validation", "test")
SPLIT_NAMES = {  # what files and folders of splits are called
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}


@dataclass(frozen=True)
class EncodedImages:
    """Image files, or the bytes of image files, with a label each.

    Attributes:
        names: What each image is called in messages: its path, or its place in the data set.
        labels: Class index of each, int64.
        contents: The bytes of each; None when `names` are files to be read.
    """

    names: Sequence[str]
    labels: np.ndarray
    contents: Sequence[bytes] | None = None

    def __len__(self) -> int:
        return len(self.names)

    def take(self, indices: np.ndarray) -> "EncodedImages":
        """The images at `indices`, in that order."""
        contents = self.contents
        return replace(
            self,
            names=[self.names[i] for i in indices],
            labels=self.labels[indices],
            contents=None if contents is None else [contents[i] for i in indices],
        )

    def read(self, index: int) -> bytes:
        """The bytes of one image."""
        if self.contents is not None:
            return self.contents[index]
        return Path(self.names[index]).read_bytes()

    def fingerprint(self, class_names: Sequence[str]) -> str:
        """A digest of names, sizes and classes, to tell one data set from another."""
        digest = hashlib.sha256()
        for index, name in enumerate(self.names):
            if self.contents is None:
                size = os.stat(name).st_size if os.path.exists(name) else -1
            else:
                size = len(self.contents[index])
            line = f"{short_name(name)}\0{size}\0{class_names[self.labels[index]]}\n"
            digest.update(line.encode("utf-8", "surrogateescape"))
        return digest.hexdigest()[:16]


@dataclass(frozen=True)
class LabelledImages:
    """A data set as it was found: one or more splits, and the class names in label order."""

    class_names: list[str]
    splits: dict[str, EncodedImages]
    ignored: list[str]


def divide(
    images: LabelledImages, validation_fraction: float, test_fraction: float, seed: int
) -> dict[str, EncodedImages]:
    """Completes the splits: cuts from `train` those that the data set does not bring itself.

    Each class is divided in proportion, at least one image a class and split where there are three
    or more. An image's name and `seed` decide where it goes, so that it seldom moves when others
    are added. The splits are disjoint.

    Raises:
        DataError: A class has no training image, or the fractions leave none.
    """
    if validation_fraction + test_fraction >= 1.0:
        raise DataError(
            f"Validation ({validation_fraction:g}) and test ({test_fraction:g}) leave nothing to "
            "train on.",
            where="data",
            hint="Lower data.validation_fraction or data.test_fraction.",
        )
    splits = dict(images.splits)
    fractions = {"test": test_fraction, "validation": validation_fraction}
    cut = {name: share for name, share in fractions.items() if name not in splits and share > 0}
    if cut:
        splits.update(_cut(splits["train"], cut, seed))
    counts = np.bincount(splits["train"].labels, minlength=len(images.class_names))
    missing = [name for name, count in zip(images.class_names, counts, strict=True) if not count]
    if missing:
        raise DataError(
            f"The training split has no image of: {', '.join(missing)}.",
            hint="Add training images of these classes, or remove the classes from the data.",
        )
    return {name: splits[name] for name in SPLITS if name in splits}


def _cut(train: EncodedImages, shares: dict[str, float], seed: int) -> dict[str, EncodedImages]:
    order = np.argsort([_draw(name, seed) for name in train.names], kind="stable")
    parts: dict[str, list[np.ndarray]] = {name: [] for name in ("train", *shares)}
    for label in np.unique(train.labels):
        members = order[train.labels[order] == label]
        total = len(members)
        for name, share in shares.items():
            count = max(round(share * total), 1 if total >= 3 else 0)
            parts[name].append(members[:count])
            members = members[count:]
        parts["train"].append(members)
    taken = {name: train.take(np.sort(np.concatenate(part))) for name, part in parts.items()}
    empty = [name for name, images in taken.items() if not len(images) and name != "train"]
    if empty:
        log.warning("Too few images to hold any out for %s.", " and ".join(empty))
    return {name: images for name, images in taken.items() if name not in empty}


def _draw(name: str, seed: int) -> int:
    """A number that name and seed alone decide: an image stays where it is when others come."""
    key = f"{seed}/{short_name(name)}".encode("utf-8", "surrogateescape")
    return int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big")


def short_name(name: str) -> str:
    """The last two parts of a path, which stay the same when a data set is moved."""
    return "/".join(name.replace(os.sep, "/").rsplit("/", 2)[-2:])


def printable(name: str) -> str:
    """`name` for messages and JSON, also where a file name is not UTF-8."""
    return name.encode("utf-8", "backslashreplace").decode()
