"""Reading a table of series from a CSV or Parquet file."""

import csv
import re
import warnings
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from dltemplates.data.decimal_commas import (
    has_decimal_commas,
    is_decimal_column,
    with_decimal_points,
)
from dltemplates.data.series_table import SeriesTable, listed
from dltemplates.errors import DataError

LOOKED_AT = 20  # lines, to see what stands between fields


def read_table(path: Path) -> SeriesTable:
    """Reads a CSV file (UTF-8 or cp949; comma, semicolon, tab or bar between) or a Parquet file.

    Between semicolons numbers may have decimal commas; see `has_decimal_commas`.

    Raises:
        DataError: The file is missing, empty or unreadable, has no row, or two columns of one name.
    """
    if not path.is_file():
        raise DataError(
            "This is a folder, not a file." if path.is_dir() else "There is no such file.",
            where=path,
            hint="Point data.path at a CSV or Parquet file.",
        )
    parquet = path.suffix.lower() in (".parquet", ".pq")
    frame = read_parquet(path) if parquet else _read_csv(path)
    blank = frame.isna().all(axis=1)
    frame = frame[~blank] if blank.any() else frame
    if frame.empty:
        raise DataError(
            "It has column names but no row." if len(frame.columns) else "It is empty.",
            where=path,
            hint="Check data.path, or give a file with rows below its line of names.",
        )
    return SeriesTable(frame, str(path), *(("row", 1) if parquet else ("line", 2)))


def read_parquet(path: Path) -> pd.DataFrame:
    """All rows of a Parquet file, blank ones too, counted from 0; an index becomes a column.

    Raises:
        DataError: It cannot be read.
    """
    try:
        frame = pd.read_parquet(path)
    except Exception as error:  # whatever the engine raises for a damaged file
        raise DataError(
            f"Cannot read this Parquet file: {str(error).partition(chr(10))[0]}",
            where=path,
            hint="Write it again, or use CSV.",
        ) from None
    if isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index(drop=True)  # it may count from another row on
    else:
        frame = frame.reset_index(names=frame.index.name or "timestamp")
    frame.columns = [str(name).strip() for name in frame.columns]
    return frame


def _read_csv(path: Path) -> pd.DataFrame:
    for encoding in ("utf-8-sig", "cp949"):  # cp949 is what a Korean Excel writes
        try:
            return _decoded(path, encoding)
        except UnicodeDecodeError:
            continue
        except pd.errors.EmptyDataError:
            raise DataError(
                "It is empty.", where=path, hint="Give a CSV file with a line of column names."
            ) from None
        except pd.errors.ParserWarning:
            raise DataError(
                "Its rows have more fields than its first line has names.",
                where=path,
                hint="Name every column; write numbers without a comma inside, or in quotes.",
            ) from None
        except (OSError, ValueError, csv.Error, pd.errors.ParserError) as error:
            raise DataError(
                f"Cannot read it: {str(error).strip().removeprefix('Error tokenizing data. ')}.",
                where=path,
                hint="Every line needs as many fields as the first has names.",
            ) from None
    raise DataError(
        "It is neither UTF-8 nor cp949 text.",
        where=path,
        hint="Save it as CSV in UTF-8 (in Excel: 'CSV UTF-8').",
    )


def _decoded(path: Path, encoding: str) -> pd.DataFrame:
    with path.open(encoding=encoding, newline="") as file:
        lines = list(islice(file, LOOKED_AT))
    head = lines[0] if lines else ""
    separator = field_separator(lines)
    names = [name.strip() for name in next(csv.reader([head], delimiter=separator), [])]
    check_names(path, names)
    frame = _parsed(path, encoding, separator)
    if separator == ";" and _has_commas(frame):
        written = _parsed(path, encoding, separator, dtype="str")
        frame = with_decimal_points(frame) if has_decimal_commas(written) else frame
    frame.columns = frame.columns.str.strip()
    unnamed = [name for name in frame if name.startswith("Unnamed: ") and _is_idle(frame[name])]
    return frame.drop(columns=unnamed)


def _parsed(path: Path, encoding: str, separator: str, **how: Any) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return pd.read_csv(
            path,
            encoding=encoding,
            sep=separator,
            index_col=False,
            skip_blank_lines=False,
            skipinitialspace=True,
            low_memory=False,
            **how,
        )


def _has_commas(frame: pd.DataFrame) -> bool:
    """Whether a cell of text has a comma in it."""
    columns = (frame[name] for name in frame if not pd.api.types.is_numeric_dtype(frame[name]))
    return any(column.astype(str).str.contains(",", regex=False).any() for column in columns)


def field_separator(lines: list[str]) -> str:
    """What stands between fields: what divides these lines evenly, else most of the first line."""
    counts = {separator: _fields(lines, separator) for separator in ";\t|,"}
    best = max(counts, key=lambda separator: counts[separator])
    if counts[best] <= 1 and is_decimal_column(lines):
        return ";"  # there is none, and none of these commas is one
    return best if counts[best] > 1 else max(",;\t|", key="".join(lines[:1]).count)


def _fields(lines: list[str], separator: str) -> int:
    """How many fields each of the lines has that are not blank; 0 where they differ."""
    try:
        counts = {len(fields) for fields in csv.reader(lines, delimiter=separator) if fields}
    except csv.Error:  # a field too long to be one
        return 0
    return counts.pop() if len(counts) == 1 else 0


def check_names(path: Path, names: Sequence[str]) -> None:
    """Refuses a first line with a name twice, or with values in the place of names."""
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise DataError(
            f"Two columns are called {twice[0]!r}.", where=path, hint="Rename or remove one."
        )
    if names and re.match(r"\d{1,4}[-/.]\d{1,2}[-/.]\d", names[0]):
        raise DataError(
            f"The first line has values ({listed(names)}), not the names of columns.",
            where=path,
            hint="Add a first line such as: timestamp,value",
        )


def _is_idle(column: pd.Series) -> bool:
    """Whether a column without a name is empty, or counts the rows."""
    return column.isna().all() or column.equals(pd.Series(range(len(column)), name=column.name))
