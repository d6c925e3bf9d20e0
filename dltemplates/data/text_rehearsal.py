"""Texts of old classes, read again so that a network does not forget them."""

from dataclasses import replace

import numpy as np

from dltemplates.data.labelled_texts import LabelledTexts
from dltemplates.data.text_data import TextData
from dltemplates.errors import DataError


def rehearse(new: TextData, old: TextData, count: int, seed: int) -> TextData:
    """Adds some texts of old classes to new data, for training and for validation.

    In validation an old class gets as many texts as a new one has, so that the epoch that is best
    there is not the one that has learned nothing new. The test split stays that of the new data.
    Classes keep their places in the old network and new ones follow.

    Args:
        new: The texts that a network is fine-tuned to.
        old: Those that it was trained on.
        count: Training texts of each old class, or as many as there are.
        seed: Decides which.

    Raises:
        DataError: Only one of them allows several classes a text.

    Reference:
        Robins, 1995, "Catastrophic forgetting, rehearsal and pseudorehearsal"
        (https://doi.org/10.1080/09540099550039318).
    """
    if new.multi_label != old.multi_label:
        raise DataError(
            "Only one of the new and the old texts have several classes each.",
            where="finetune.rehearsal",
            hint="Set finetune.rehearsal to 0, or name texts of the same kind.",
        )
    names = old.class_names + [name for name in new.class_names if name not in old.class_names]
    fresh = len(new.class_names)
    old, new = old.with_classes(names), new.with_classes(names)
    splits = dict(new.splits)
    added: dict[str, int] = {}
    for name in ("train", "validation"):
        if name in splits and name in old.splits:
            each = count if name == "train" else -(-len(splits[name]) // fresh)
            again = _some(old.splits[name], each, seed)
            splits[name], added[name] = _join(splits[name], again), len(again)
    return replace(new, splits=splits, rehearsed=added)


def _some(texts: LabelledTexts, count: int, seed: int) -> LabelledTexts:
    order = np.random.default_rng(seed).permutation(len(texts))
    labels = texts.labels[order]
    if texts.multi_label:
        chosen = [order[labels[:, place] > 0][:count] for place in range(labels.shape[1])]
    else:
        chosen = [order[labels == label][:count] for label in np.unique(labels)]
    return texts.take(np.unique(np.concatenate(chosen)))


def _join(first: LabelledTexts, second: LabelledTexts) -> LabelledTexts:
    return replace(
        first,
        texts=[*first.texts, *second.texts],
        labels=np.concatenate([first.labels, second.labels]),
    )
