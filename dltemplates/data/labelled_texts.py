"""Texts with the classes they belong to."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np


@dataclass(frozen=True)
class LabelledTexts:
    """Texts of one split.

    Attributes:
        texts: As they were found; none is empty.
        labels: Class index of each, int32, `(texts,)`; or, where a text may have several classes,
            1 for each class that it has, uint8, `(texts, classes)`.
        where: What messages call their source.
    """

    texts: list[str]
    labels: np.ndarray
    where: str

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def multi_label(self) -> bool:
        return self.labels.ndim == 2

    def take(self, indices: np.ndarray) -> "LabelledTexts":
        """The texts at `indices`, in that order."""
        return replace(
            self, texts=[self.texts[index] for index in indices], labels=self.labels[indices]
        )

    def class_counts(self, classes: int) -> np.ndarray:
        """How many texts have each class, int64, `(classes,)`."""
        if self.multi_label:
            return self.labels.sum(axis=0, dtype="int64")
        return np.bincount(self.labels, minlength=classes)

    def spread(self, count: int) -> list[str]:
        """Up to `count` texts, evenly spread."""
        places = np.linspace(0, len(self) - 1, min(count, len(self)))
        return [self.texts[place] for place in np.unique(places.astype("int64"))]

    def with_places(self, places: np.ndarray, classes: int) -> "LabelledTexts":
        """The same texts, whose classes stand elsewhere among more.

        Args:
            places: The new index of each class.
            classes: How many classes there are then.
        """
        if not self.multi_label:
            return replace(self, labels=places.astype("int32")[self.labels])
        labels = np.zeros((len(self), classes), self.labels.dtype)
        labels[:, places] = self.labels
        return replace(self, labels=labels)

    def fingerprint(self, class_names: Sequence[str]) -> str:
        """A digest of texts and their classes, to tell one data set from another."""
        digest = hashlib.sha256()
        for text, label in zip(self.texts, self.labels, strict=True):
            found = np.flatnonzero(label).tolist() if self.multi_label else [int(label)]
            names = "\x01".join(sorted(class_names[index] for index in found))
            digest.update(f"{text}\0{names}\0".encode())
        return digest.hexdigest()[:16]


@dataclass(frozen=True)
class FoundTexts:
    """A data set as it was found: one or more splits, and the class names in label order.

    Attributes:
        class_names: In label order.
        splits: `train`, and maybe `validation` and `test`.
        skipped: One sentence on each source that had rows of no use.
    """

    class_names: list[str]
    splits: dict[str, LabelledTexts]
    skipped: list[str] = field(default_factory=list)


def as_one_of_several(found: FoundTexts) -> FoundTexts:
    """The same texts, as if each could have had several classes."""
    several = np.eye(len(found.class_names), dtype="uint8")
    return replace(
        found,
        splits={
            name: replace(texts, labels=several[texts.labels])
            for name, texts in found.splits.items()
        },
    )


def same_texts(texts: Sequence[str]) -> list[str]:
    """What two texts have in common that read the same: composed Unicode, no space around."""
    return [unicodedata.normalize("NFC", text).strip() for text in texts]
