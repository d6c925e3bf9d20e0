"""Texts whose classes are still names, and how the names become numbers."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from dltemplates.data.class_folders import natural_order
from dltemplates.data.labelled_texts import FoundTexts, LabelledTexts
from dltemplates.errors import DataError

_FEW = 20  # so many classes are never too many
_SHOWN = 60  # characters of a label in a message


@dataclass(frozen=True)
class NamedTexts:
    """Texts of one source, with the names of their classes.

    Attributes:
        texts: As they were found; none is empty.
        labels: The names of each text's classes: one, or any number where there may be several.
        where: What messages call the source.
        skipped: A sentence on the rows that were of no use; none where all were.
    """

    texts: list[str]
    labels: list[tuple[str, ...]]
    where: str
    skipped: list[str] = field(default_factory=list)


def number_labels(splits: Mapping[str, NamedTexts], *, multi_label: bool = False) -> FoundTexts:
    """Numbers the classes of all splits alike, in natural order (2 before 10).

    Args:
        splits: The texts of each split; `train` is among them.
        multi_label: Whether a text may have several classes, or none.

    Raises:
        DataError: There is one class only, or nearly every text has a class of its own.
    """
    names = sorted(
        {name for split in splits.values() for label in split.labels for name in label},
        key=lambda name: (natural_order(name), name),
    )
    train = splits["train"]
    if len(names) < 2:
        found = f"only one class here: {_short(names[0])!r}" if names else "no label here"
        raise DataError(
            f"There is {found}.",
            where=train.where,
            hint="A classifier needs at least two. Does data.label_column name the right column?",
        )
    rows = sum(len(split.texts) for split in splits.values())
    if len(names) > max(_FEW, rows / 2):
        raise DataError(
            f"{len(names):,} classes for {rows:,} texts, such as {_short(names[0])!r}: nearly "
            "every text has one of its own.",
            where=train.where,
            hint="Does data.label_column name the column of classes? For several classes a text, "
            "make a project with labels=multi.",
        )
    index = {name: place for place, name in enumerate(names)}
    numbered = {
        name: LabelledTexts(
            split.texts,
            _multi_hot(split.labels, index)
            if multi_label
            else np.array([index[label[0]] for label in split.labels], "int32"),
            split.where,
        )
        for name, split in splits.items()
    }
    return FoundTexts(
        names, numbered, [line for split in splits.values() for line in split.skipped]
    )


def label_name(text: str) -> str:
    """A label as its class is called: composed Unicode, no space around."""
    return unicodedata.normalize("NFC", text.strip())


def _multi_hot(labels: list[tuple[str, ...]], index: dict[str, int]) -> np.ndarray:
    rows = [row for row, label in enumerate(labels) for _ in label]
    hot = np.zeros((len(labels), len(index)), "uint8")
    hot[rows, [index[name] for label in labels for name in label]] = 1
    return hot


def _short(name: str) -> str:
    return name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
