"""Texts from TensorFlow Datasets."""

import logging
from typing import Any

import numpy as np

from dltemplates.data.broken_rows import BrokenRows
from dltemplates.data.encoded_images import SPLITS
from dltemplates.data.labelled_texts import FoundTexts, LabelledTexts
from dltemplates.data.tfds_builder import open_builder, prepare
from dltemplates.errors import DataError

log = logging.getLogger(__name__)


def read_tfds_texts(
    name: str,
    data_dir: str | None = None,
    *,
    text_column: str = "text",
    label_column: str = "label",
    broken_limit: float = 0.01,
) -> FoundTexts:
    """Loads the data set `name`, downloading and preparing it first where that is needed.

    Classes keep the data set's own order.

    Args:
        name: A TensorFlow Datasets name such as `imdb_reviews`, optionally with config and version.
        data_dir: Where prepared data sets lie; None for TensorFlow Datasets' own default.
        text_column: The feature of texts, where there are several and none is the supervised one.
        label_column: The feature of labels, likewise.
        broken_limit: Largest share of texts that is skipped for being empty.

    Raises:
        DataError: No such data set, no text or class label among its features, no training split,
            one class only, or it is not prepared and cannot be downloaded.
    """
    import tensorflow_datasets as tfds

    builder = open_builder(name, data_dir, example="imdb_reviews")
    keys = _keys(tfds, builder.info, name, (text_column, label_column))
    prepare(builder, name)
    if "train" not in builder.info.splits:
        raise DataError(
            f"It has no split 'train', only: {', '.join(builder.info.splits)}.",
            where=name,
            hint="Choose a data set that has one.",
        )
    class_names = list(builder.info.features[keys[1]].names)
    if len(class_names) < 2:
        raise DataError("It has one class only.", where=name, hint="Choose another data set.")
    splits: dict[str, LabelledTexts] = {}
    skipped: list[str] = []
    for split in SPLITS:
        if split in builder.info.splits:
            found = _read(tfds, builder, split, keys, broken_limit, skipped)
            if _labelled(found, name, split):
                splits[split] = found
    return FoundTexts(class_names, splits, skipped)


def _keys(tfds: Any, info: Any, name: str, columns: tuple[str, str]) -> tuple[str, str]:
    """The names of text and label: those asked for, the supervised pair, or the only ones."""
    kinds = (tfds.features.Text, tfds.features.ClassLabel)
    # Text is what a class label is not: each kind has its candidates.
    found = [[key for key, kind in info.features.items() if isinstance(kind, k)] for k in kinds]
    pair = info.supervised_keys if info.supervised_keys and len(info.supervised_keys) == 2 else ()
    chosen = []
    for place, candidates in enumerate(found):
        wanted = [columns[place], *pair[place : place + 1], *candidates[: len(candidates) == 1]]
        chosen += [key for key in wanted if key in candidates][:1]
    if len(chosen) != 2:
        raise DataError(
            f"Expected one text and one class label, its features are {', '.join(info.features)}.",
            where=name,
            hint="Choose a text classification data set, or name its features in data.text_column "
            "and data.label_column.",
        )
    return chosen[0], chosen[1]


def _read(
    tfds: Any,
    builder: Any,
    split: str,
    keys: tuple[str, str],
    broken_limit: float,
    skipped: list[str],
) -> LabelledTexts:
    where = f"{builder.info.full_name}/{split}"
    broken = BrokenRows(where, "example")
    texts, labels = [], []
    total = 0
    for total, example in enumerate(tfds.as_numpy(builder.as_dataset(split=split)), start=1):
        text = example[keys[0]].decode("utf-8", "replace")
        if not text.strip():
            broken.add(total, "has an empty text")
            continue
        texts.append(text)
        labels.append(int(example[keys[1]]))
    skipped += broken.settle(total, broken_limit, "Raise data.broken_limit to skip more.")
    return LabelledTexts(texts, np.array(labels, "int32"), where)


def _labelled(found: LabelledTexts, name: str, split: str) -> bool:
    """Whether a split has labels; a test split is sometimes published without (-1)."""
    if (found.labels >= 0).all() and len(found):
        return True
    if split != "train" and (found.labels < 0).all():
        log.warning("%s: its %s split has no labels and is left out.", name, split)
        return False
    raise DataError(
        f"Some texts of its {split} split have no label.",
        where=name,
        hint="Choose another data set.",
    )
