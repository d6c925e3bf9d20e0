"""Images listed in a CSV file: the columns `file` and `label`, and optionally `split`."""

import os
from pathlib import Path

import numpy as np
import pandas as pd

from dltemplates.data.class_folders import natural_order
from dltemplates.data.encoded_images import SPLITS, EncodedImages, LabelledImages
from dltemplates.errors import DataError, did_you_mean

_SHOWN = 5


def read_manifest(path: Path) -> LabelledImages:
    """Reads the manifest at `path`. Relative image files are relative to the manifest's folder.

    Raises:
        DataError: The file cannot be read, a column is missing, a label is missing, listed files
            do not exist, a file is listed twice, or there is one class only.
    """
    table = _read(path)
    for column in ("file", "label"):
        if list(table.columns).count(column) > 1 or f"{column}.1" in table:
            raise DataError(f"Two columns are called {column!r}.", where=path, hint="Keep one.")
        if column not in table:
            raise DataError(
                f"No column {column!r}; the columns are: {', '.join(table.columns)}.",
                where=path,
                hint="A manifest has the columns file, label and maybe split, with commas between.",
            )
    _refuse_rows(path, table, table["file"].eq(""), "have no file", "Fill them in")
    _refuse_rows(path, table, table["label"].eq(""), "have no label", "Fill them in")
    files = [os.path.normpath(path.parent / name) for name in table["file"]]
    missing = [not os.path.exists(file) for file in files]
    _refuse_rows(path, table, missing, "name files that do not exist", "Correct them")
    _refuse_rows(path, table, pd.Series(files).duplicated(), "list a file again", "Keep one")
    names = sorted(table["label"].unique(), key=natural_order)
    if len(names) < 2:
        raise DataError(
            f"Only {len(names)} class here.", where=path, hint="A classifier needs at least two."
        )
    index = {name: label for label, name in enumerate(names)}
    images = EncodedImages(files, table["label"].map(index).to_numpy("int64"))
    if "split" not in table:
        return LabelledImages(names, {"train": images}, [])
    return LabelledImages(names, _by_split(path, table["split"], images), [])


def _read(path: Path) -> pd.DataFrame:
    for encoding in ("utf-8-sig", "cp949"):  # cp949 is what a Korean Excel writes
        try:
            table = pd.read_csv(
                path,
                dtype=str,
                keep_default_na=False,
                encoding=encoding,
                index_col=False,
                skip_blank_lines=False,
            )
        except UnicodeDecodeError:
            continue
        except (OSError, ValueError, pd.errors.ParserError) as error:
            raise DataError(
                f"Cannot read this manifest: {error}.", where=path, hint="Check data.path."
            ) from None
        if table.empty:
            raise DataError("This manifest lists no image.", where=path, hint="Add rows.")
        table.columns = table.columns.str.strip()
        table = table.apply(lambda column: column.str.strip().str.normalize("NFC"))
        return table[table.ne("").any(axis=1)]  # the index keeps the place in the file
    raise DataError(
        "This manifest is neither UTF-8 nor cp949.", where=path, hint="Save it as UTF-8."
    )


def _refuse_rows(path: Path, table: pd.DataFrame, wrong, what: str, todo: str) -> None:
    rows = table[np.asarray(wrong)]
    if rows.empty:
        return
    places = zip(rows.index + 2, rows["file"], strict=True)  # line 1 is the header
    shown = "; ".join(f"line {line}: {file!r}" for line, file in list(places)[:_SHOWN])
    more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    raise DataError(
        f"{len(rows)} row(s) {what} ({shown}{more}).",
        where=path,
        hint=f"{todo}, or remove these rows.",
    )


def _by_split(path: Path, column: pd.Series, images: EncodedImages) -> dict[str, EncodedImages]:
    aliases = {
        "val": "validation",
        "valid": "validation",
        "dev": "validation",
        "training": "train",
        "testing": "test",
    }
    column = column.str.lower().replace(aliases)
    for name in column.unique():
        if name not in SPLITS:
            raise DataError(f"Unknown split {name!r}.", where=path, hint=did_you_mean(name, SPLITS))
    if "train" not in set(column):
        raise DataError(
            "No row has the split 'train'.", where=path, hint="Mark the training images so."
        )
    return {
        name: images.take(np.flatnonzero(column == name)) for name in SPLITS if name in set(column)
    }
