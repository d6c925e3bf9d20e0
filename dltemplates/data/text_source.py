"""Texts at a path: one table, a table for each split, or class folders."""

import logging
import os
import re
from pathlib import Path
from typing import Any

from dltemplates.data.encoded_images import SPLIT_NAMES, SPLITS
from dltemplates.data.input_files import is_folder
from dltemplates.data.labelled_texts import FoundTexts
from dltemplates.data.named_texts import NamedTexts, number_labels
from dltemplates.data.text_folders import LAYOUT, read_text_folders
from dltemplates.data.text_rows import SUFFIXES
from dltemplates.data.text_table import read_text_table
from dltemplates.errors import DataError

log = logging.getLogger(__name__)


def read_texts(
    path: str,
    *,
    test_path: str = "",
    validation_path: str = "",
    text_column: str = "text",
    label_column: str = "label",
    label_separator: str = "",
    quotes: str = "auto",
    broken_limit: float = 0.01,
) -> FoundTexts:
    """Reads the texts at `path`, and numbers their classes.

    Args:
        path: A table; a folder of tables called after their splits, such as `train.csv` or
            `ratings_train.txt`; or a folder of class folders.
        test_path: A table or a folder of class folders to test on.
        validation_path: Likewise for validation.
        text_column: This and what follows: see `dltemplates.data.text_table.read_text_table`.
        label_column: See there.
        label_separator: See there.
        quotes: See there.
        broken_limit: See there.

    Raises:
        DataError: The texts are not there, or cannot be used.
    """
    settings: dict[str, Any] = {
        "text_column": text_column,
        "label_column": label_column,
        "label_separator": label_separator,
        "quotes": quotes,
        "broken_limit": broken_limit,
    }
    splits = _read(_place(path, "data.path"), settings)
    for split, other in (("validation", validation_path), ("test", test_path)):
        if not other:
            continue
        setting = f"data.{split}_path"
        if split in splits:
            log.warning("%s is used in place of %s.", setting, splits[split].where)
        found = _read(_place(other, setting), settings)
        splits[split] = found.get(split) or found["train"]
    return number_labels(splits, multi_label=bool(label_separator))


def _place(path: str, setting: str) -> Path:
    place = Path(os.path.expanduser(path))
    if not os.path.exists(place):  # unlike Path.exists, also where a folder above cannot be read
        raise DataError("There is no such file or folder.", where=place, hint=f"Check {setting}.")
    return place


def _read(place: Path, settings: dict[str, Any]) -> dict[str, NamedTexts]:
    if place.is_file():
        return {"train": read_text_table(place, **settings)}
    try:
        tables = split_tables(place)
    except OSError as error:
        raise DataError(
            f"Cannot read this folder: {error.strerror}.",
            where=place,
            hint="Check its permissions.",
        ) from None
    if "train" in tables:
        return {split: read_text_table(file, **settings) for split, file in tables.items()}
    if not any(is_folder(entry) for entry in os.scandir(place) if not entry.name.startswith(".")):
        raise DataError(
            "Neither class folders nor a table called train.",
            where=place,
            hint=f"{LAYOUT} Or give tables such as train.csv and test.csv.",
        )
    if settings["label_separator"]:
        raise DataError(
            "In class folders a text has one class; data.label_separator is for tables.",
            where=place,
            hint="Leave data.label_separator empty, or write the texts to a table.",
        )
    return read_text_folders(place, settings["broken_limit"])


def split_tables(folder: Path) -> dict[str, Path]:
    """The table of each split: a file whose name is, or ends in, the split's."""
    tables: dict[str, Path] = {}
    for file in sorted(folder.iterdir()):
        if file.name.startswith(".") or file.suffix.lower() not in SUFFIXES or not file.is_file():
            continue
        split = SPLIT_NAMES.get(re.split(r"[-_. ]", file.stem.lower())[-1])
        if split is None:
            continue
        if split in tables:
            raise DataError(
                f"Both {tables[split].name!r} and {file.name!r} look like the {split} split.",
                where=folder,
                hint="Keep one of the two, or name the files in data.path and data.test_path.",
            )
        tables[split] = file
    return {split: tables[split] for split in SPLITS if split in tables}
