"""Dividing texts into training, validation and test."""

import hashlib
import logging
from collections.abc import Sequence

import numpy as np

from dltemplates.data.encoded_images import SPLITS
from dltemplates.data.labelled_texts import FoundTexts, LabelledTexts, same_texts
from dltemplates.errors import DataError

log = logging.getLogger(__name__)

_SHOWN = 5


def divide_texts(
    found: FoundTexts, validation_fraction: float, test_fraction: float, seed: int
) -> dict[str, LabelledTexts]:
    """Completes the splits: cuts from `train` those that the data set does not bring itself.

    Each class is divided in proportion, at least one text a class and split where there are three
    or more; a text of several classes counts for its rarest. The text itself and `seed` decide
    where it goes, so texts that read the same stay together, and a text seldom moves when others
    are added.

    Args:
        found: The data set; its `train` split is cut.
        validation_fraction: Share of all training texts to hold out for validation.
        test_fraction: Likewise for the test.
        seed: Decides the division.

    Raises:
        DataError: The fractions leave nothing, or a class has no training text.
    """
    if validation_fraction + test_fraction >= 1.0:
        raise DataError(
            f"Validation ({validation_fraction:g}) and test ({test_fraction:g}) leave nothing to "
            "train on.",
            where="data",
            hint="Lower data.validation_fraction or data.test_fraction.",
        )
    splits = dict(found.splits)
    shares = {"test": test_fraction, "validation": validation_fraction}
    shares = {name: share for name, share in shares.items() if name not in splits and share > 0}
    if shares:
        splits.update(_cut(splits["train"], len(found.class_names), shares, seed))
    splits = {name: splits[name] for name in SPLITS if name in splits}
    _check_classes(found.class_names, splits)
    return splits


def _cut(
    train: LabelledTexts, classes: int, shares: dict[str, float], seed: int
) -> dict[str, LabelledTexts]:
    groups = _groups(train.texts)
    strata = np.full(groups.max() + 1, classes, "int64")
    rarest = _rarest_class(train, classes)
    order = np.argsort(-train.class_counts(classes), kind="stable")
    for label in order:  # the rarest last: it decides for texts that are there with two labels
        strata[groups[rarest == label]] = label
    sizes = np.bincount(groups)
    firsts = np.unique(groups, return_index=True)[1]
    draws = np.array([_draw(text, seed) for text in same_texts([train.texts[i] for i in firsts])])
    names = ("train", *shares)
    part = np.zeros(len(sizes), "int8")
    for stratum in np.unique(strata):
        members = np.flatnonzero(strata == stratum)
        members = members[np.argsort(draws[members], kind="stable")]
        part[members] = _parts(sizes[members], list(shares.values()))
    taken = {
        name: train.take(np.flatnonzero(part[groups] == place)) for place, name in enumerate(names)
    }
    empty = [name for name, texts in taken.items() if not len(texts)]
    if empty:
        log.warning("Too few texts to hold any out for %s.", " and ".join(empty))
    return {name: texts for name, texts in taken.items() if name not in empty}


def _parts(sizes: np.ndarray, shares: list[float]) -> np.ndarray:
    """Which part each of one class's groups goes to: 0 training, then as `shares` counts them."""
    parts = np.zeros(len(sizes), "int8")
    if len(sizes) < 3:
        return parts
    for place, share in enumerate(shares, start=1):
        left = max(round(share * sizes.sum()), 1)
        free = np.flatnonzero(parts == 0)
        later = len(shares) - place + 1  # training and the parts to come: one group each
        for group in free[:-later]:
            if sizes[group] <= left:
                parts[group] = place
                left -= sizes[group]
            if not left:
                break
        if not (parts == place).any():
            parts[free[np.argmin(sizes[free])]] = place
    return parts


def _groups(texts: Sequence[str]) -> np.ndarray:
    """A number for each text, the same for those that read the same, in order of appearance."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(text, len(numbers)) for text in same_texts(texts)])


def _rarest_class(train: LabelledTexts, classes: int) -> np.ndarray:
    """The rarest class of each text; `classes` where it has none."""
    if not train.multi_label:
        return train.labels
    counts = np.where(train.labels > 0, train.class_counts(classes), np.iinfo("int64").max)
    return np.where(train.labels.any(axis=1), counts.argmin(axis=1), classes)


def _draw(text: str, seed: int) -> int:
    """A number that text and seed alone decide."""
    digest = hashlib.blake2b(f"{seed}/{text}".encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big")


def _check_classes(class_names: list[str], splits: dict[str, LabelledTexts]) -> None:
    counts = {name: texts.class_counts(len(class_names)) for name, texts in splits.items()}
    missing = np.flatnonzero(counts["train"] == 0)
    if len(missing):
        shown = [_elsewhere(class_names[place], place, counts) for place in missing[:_SHOWN]]
        more = f"; and {len(missing) - _SHOWN:,} more" if len(missing) > _SHOWN else ""
        raise DataError(
            f"The training split has no text of: {'; '.join(shown)}{more}.",
            where=splits["train"].where,
            hint="Add training texts of these classes, or remove the classes from the data.",
        )
    single = [class_names[place] for place in np.flatnonzero(counts["train"] == 1)]
    if single:
        more = f" and {len(single) - _SHOWN:,} more" if len(single) > _SHOWN else ""
        log.warning(
            "One training text only of: %s%s. It can hardly be learnt.",
            ", ".join(single[:_SHOWN]),
            more,
        )


def _elsewhere(name: str, place: int, counts: dict[str, np.ndarray]) -> str:
    """A class that training lacks, and how many rows of it the other splits have."""
    rows = [
        f"{count[place]:,} row{'s' if count[place] > 1 else ''} of {split}"
        for split, count in counts.items()
        if count[place]
    ]
    return f"{name!r} ({' and '.join(rows)})" if rows else repr(name)
