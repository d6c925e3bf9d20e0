"""The rows of a table of numbers however large, some at a time."""

import csv
import io
import json
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from dltemplates.data.series_table_file import LOOKED_AT, check_names, field_separator
from dltemplates.data.text_encoding import encoding_of
from dltemplates.data.text_row import miscounted
from dltemplates.data.text_rows import JSON_SUFFIXES, PARQUET_SUFFIXES
from dltemplates.errors import DataError

SUFFIXES = (".csv", ".tsv", ".tab", ".txt", *JSON_SUFFIXES, *PARQUET_SUFFIXES)
_LARGEST = float(np.finfo("float32").max)
_ENDLESS = 10_000  # lines of one field


@dataclass(frozen=True)
class TablePart:
    """Some rows of a table that follow each other, without blank ones.

    Attributes:
        frame: Its columns; the index counts rows from 0 below the line of names.
        faults: What is wrong with rows that cannot be divided into columns, by their index; their
            cells are empty.
    """

    frame: pd.DataFrame
    faults: dict[int, str]

    def numbers(self, names: Sequence[str]) -> tuple[np.ndarray, dict[int, str]]:
        """Columns as numbers.

        Returns:
            float64, `(rows, names)`, within the range of float32, NaN where a cell is empty or no
            number; and what is wrong with which rows.
        """
        values = np.empty((len(self.frame), len(names)))
        faults = dict(self.faults)
        for place, name in enumerate(names):
            column = self.frame[name]
            numbers = _numbers(column)
            wrong = np.abs(numbers) > _LARGEST
            if not pd.api.types.is_numeric_dtype(column):
                text = column.astype(str).str.strip()
                wrong |= np.isnan(numbers) & (column.notna() & text.ne("")).to_numpy(bool)
            for row in np.flatnonzero(wrong):
                fault = f"column {name!r}: {str(column.iloc[row])[:40]!r} is no number"
                faults.setdefault(int(self.frame.index[row]), fault)
            values[:, place] = np.where(wrong, np.nan, numbers)
        return values, faults


def stream_table(path: Path, size: int) -> Iterator[TablePart]:
    """The rows of a CSV, JSON lines or Parquet file, about `size` at a time.

    The same file is divided in the same way each time. In CSV between semicolons, a comma in a
    number is a decimal one.

    Raises:
        DataError: The file is missing, unreadable or empty.
    """
    if not path.is_file():
        raise DataError("There is no such file.", where=path, hint="Check the path.")
    suffix = path.suffix.lower()
    if suffix in PARQUET_SUFFIXES:
        parts = _parquet(path, size)
    elif suffix in JSON_SUFFIXES:
        parts = _json(path, size)
    else:
        parts = _separated(path, size)
    for part in parts:
        blank = part.frame.isna().all(axis=1) & ~part.frame.index.isin(list(part.faults))
        yield TablePart(part.frame[~blank], part.faults) if blank.any() else part


def _numbers(column: pd.Series) -> np.ndarray:
    if not pd.api.types.is_numeric_dtype(column):
        column = pd.to_numeric(column.astype(str).str.strip(), errors="coerce")
    return column.to_numpy(dtype="float64", na_value=np.nan)


def _separated(path: Path, size: int) -> Iterator[TablePart]:
    with path.open(encoding=encoding_of(path), newline="") as file:
        head = list(islice(file, LOOKED_AT))
        if not head:
            raise DataError("It is empty.", where=path, hint="Give a table with a line of names.")
        separator = field_separator(head)
        names = [name.strip() for name in next(csv.reader(head[:1], delimiter=separator), [])]
        check_names(path, names)
        file.seek(0)
        file.readline()
        number = 0
        while lines := _whole_rows(file, size, path):
            part = _parsed(lines, names, separator, number)
            number += len(part.frame)
            yield part


def _whole_rows(file: Any, size: int, path: Path) -> list[str]:
    """`size` lines, and more where a quote is still open at their end."""
    lines = list(islice(file, size))
    quotes = "".join(lines).count('"')
    while quotes % 2:
        more = file.readline()
        if not more or len(lines) > size + _ENDLESS:
            raise DataError("A quote that opens does not close.", where=path, hint="Close it.")
        lines.append(more)
        quotes += more.count('"')
    return lines


def _parsed(lines: list[str], names: list[str], separator: str, first: int) -> TablePart:
    text = "".join(lines)
    if separator == ";":
        text = text.replace(",", ".")
    faults: dict[int, str] = {}
    try:
        frame = _frame(text, names, separator)
    except (pd.errors.ParserError, pd.errors.ParserWarning):
        text, faults = _mended(text, names, separator)
        frame = _frame(text, names, separator)
    frame.index = pd.RangeIndex(first, first + len(frame))
    return TablePart(frame, {first + row: fault for row, fault in faults.items()})


def _frame(text: str, names: list[str], separator: str) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        frame = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            header=None,
            names=range(len(names)),
            index_col=False,
            skip_blank_lines=False,
            skipinitialspace=True,
            low_memory=False,
        )
    frame.columns = pd.Index(names)
    return frame


def _mended(text: str, names: list[str], separator: str) -> tuple[str, dict[int, str]]:
    """The lines without the cells of rows that have too many, and what is wrong with these."""
    mended, faults = io.StringIO(), dict[int, str]()
    writer = csv.writer(mended, delimiter=separator, lineterminator="\n")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for row, fields in enumerate(rows):
        if len(fields) > len(names):
            faults[row] = miscounted(fields, names)
            fields = [""] * len(names)
        writer.writerow(fields or [""] * len(names))
    return mended.getvalue(), faults


def _json(path: Path, size: int) -> Iterator[TablePart]:
    number, names = 0, []
    with path.open(encoding=encoding_of(path), newline="\n") as file:
        while lines := list(islice(file, size)):
            rows, faults = [], {}
            for row, line in enumerate(lines, number):
                found = _object(line)
                if isinstance(found, str):
                    faults[row] = found
                rows.append(found if isinstance(found, dict) else {})
            frame = pd.DataFrame(rows, index=pd.RangeIndex(number, number + len(rows)))
            names += [name for name in frame if name not in names]
            yield TablePart(frame.reindex(columns=names), faults)
            number += len(rows)
    if not number:
        raise DataError("It is empty.", where=path, hint="Write one JSON object a line.")


def _object(line: str) -> dict[str, Any] | str:
    """The object of a line, or what is wrong with it; a blank line has an empty one."""
    try:
        found = json.loads(line) if line.strip() else {}
    except (ValueError, RecursionError):
        return "is no JSON"
    return found if isinstance(found, dict) else "is no JSON object"


def _parquet(path: Path, size: int) -> Iterator[TablePart]:
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(size):
                frame = batch.to_pandas(ignore_metadata=True)
                frame.columns = [_name(str(name)) for name in frame.columns]
                frame.index = pd.RangeIndex(number, number + len(frame))
                yield TablePart(frame, {})
                number += len(frame)
    except (OSError, ValueError) as error:
        raise DataError(
            f"Cannot read this Parquet file: {str(error).partition(chr(10))[0]}",
            where=path,
            hint="Write it again, or use CSV.",
        ) from None


def _name(name: str) -> str:
    """A column's name; pandas calls an index without one like this, and it may hold times."""
    return "timestamp" if name == "__index_level_0__" else name.strip()
