"""Images listed in a CSV file: the columns `file` and `label`, and optionally `split`."""

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
        if column not in table:
            raise DataError(
                f"No column {column!r}; the columns are: {', '.join(table.columns)}.",
                where=path,
                hint="A manifest has the columns file and label, and optionally split.",
            )
    _refuse_rows(path, table, table["file"].eq(""), "have no file", "Fill them in")
    _refuse_rows(path, table, table["label"].eq(""), "have no label", "Fill them in")
    files = [str(path.parent / name) for name in table["file"]]
    missing = [not Path(file).exists() for file in files]
    _refuse_rows(path, table, missing, "name files that do not exist", "Correct them")
    _refuse_rows(path, table, table["file"].duplicated(), "list a file again", "Keep one")
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
            table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding=encoding)
        except UnicodeDecodeError:
            continue
        except (OSError, ValueError, pd.errors.ParserError) as error:
            raise DataError(
                f"Cannot read this manifest: {error}.", where=path, hint="Check data.path."
            ) from None
        if table.empty:
            raise DataError("This manifest lists no image.", where=path, hint="Add rows.")
        return table.apply(lambda column: column.str.strip())
    raise DataError(
        "This manifest is neither UTF-8 nor cp949.", where=path, hint="Save it as UTF-8."
    )


def _refuse_rows(path: Path, table: pd.DataFrame, wrong, what: str, todo: str) -> None:
    lines = np.flatnonzero(np.asarray(wrong)) + 2  # line 1 is the header
    if not len(lines):
        return
    shown = "; ".join(f"line {n}: {table['file'][n - 2]!r}" for n in lines[:_SHOWN])
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    raise DataError(
        f"{len(lines)} row(s) {what} ({shown}{more}).",
        where=path,
        hint=f"{todo}, or remove these rows.",
    )


def _by_split(path: Path, column: pd.Series, images: EncodedImages) -> dict[str, EncodedImages]:
    aliases = {"val": "validation", "valid": "validation", "training": "train", "testing": "test"}
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
