"""The rows of a file of texts, one by one, whatever format it has."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dltemplates.data.quoted_rows import quoted_rows
from dltemplates.data.series_table_file import read_parquet
from dltemplates.data.text_columns import Columns, choose_separator
from dltemplates.data.text_encoding import encoding_of
from dltemplates.data.text_row import Row, miscounted
from dltemplates.errors import DataError, did_you_mean

_LONGEST_HEADER = 100_000
_SEPARATED = (".tsv", ".tab", ".csv", ".txt")
JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
PARQUET_SUFFIXES = (".parquet", ".pq")
QUOTES = ("auto", "literal", "csv")
SUFFIXES = (*_SEPARATED, *JSON_SUFFIXES, *PARQUET_SUFFIXES)


def text_rows(path: Path, columns: Columns, quotes: str = "auto") -> Iterator[Row]:
    """The rows of the table at `path`.

    Args:
        path: A file with one of the known suffixes.
        columns: The names of its two columns.
        quotes: In files of separated fields: `literal`, quotes are characters like others; `csv`,
            they hold a field together; `auto`: literal where tabs separate.

    Raises:
        DataError: The file cannot be read, or a column is not there.
    """
    if quotes not in QUOTES:
        raise DataError(
            f"Unknown: {quotes!r}.", where="data.quotes", hint=did_you_mean(quotes, QUOTES)
        )
    suffix = path.suffix.lower()
    if not path.is_file():
        raise DataError(
            "This is a folder, not a file." if path.is_dir() else "There is no such file.",
            where=path,
            hint="Check data.path, data.validation_path and data.test_path.",
        )
    if suffix in PARQUET_SUFFIXES:
        return _parquet_rows(path, columns)
    if suffix in JSON_SUFFIXES:
        return _json_rows(path, columns)
    if suffix in _SEPARATED:
        return _separated_rows(path, columns, quotes)
    raise DataError(
        f"Files that end in {suffix!r} are not read." if suffix else "It has no known suffix.",
        where=path,
        hint=f"Known: {', '.join(SUFFIXES)}.",
    )


def row_unit(path: Path) -> str:
    """What messages call a row of this file."""
    return "row" if path.suffix.lower() in PARQUET_SUFFIXES else "line"


def _separated_rows(path: Path, columns: Columns, quotes: str) -> Iterator[Row]:
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="\n") as file:
        head = file.readline(_LONGEST_HEADER + 1)
    if len(head) > _LONGEST_HEADER:
        raise DataError(
            f"Its first line has more than {_LONGEST_HEADER:,} characters: no names of columns.",
            where=path,
            hint="Is this a table with a line of names and one text a line?",
        )
    if "\0" in head:
        raise DataError(
            "Its first line has NUL bytes: it is no text, or UTF-16 without a mark.",
            where=path,
            hint="Save it as UTF-8.",
        )
    if not head.strip():
        raise DataError(
            "It is empty." if not path.stat().st_size else "Its first line is empty.",
            where=path,
            hint="Give a table whose first line has the names of its columns.",
        )
    separator = choose_separator(head, columns, path.suffix.lower())
    plain = head.rstrip("\r\n").split(separator)
    quoted = all(len(name) > 1 and name[0] == name[-1] == '"' for name in plain)
    if quotes == "csv" or (quotes == "auto" and (separator != "\t" or quoted)):
        return quoted_rows(path, encoding, separator, columns)
    return _literal_rows(path, encoding, separator, columns)


def _literal_rows(path: Path, encoding: str, separator: str, columns: Columns) -> Iterator[Row]:
    with path.open(encoding=encoding, newline="\n") as file:  # a text may hold other line ends
        names = file.readline().rstrip("\r\n").split(separator)
        text, label = columns.places(names, path)
        for number, line in enumerate(file, start=2):
            fields = line.rstrip("\r\n").split(separator)
            if len(fields) == len(names):
                yield Row(number, fields[text], "" if label is None else fields[label])
            elif fields != [""]:
                yield Row(number, fault=miscounted(fields, names))


def _json_rows(path: Path, columns: Columns) -> Iterator[Row]:
    keys: dict[str, None] = {}
    blank = True
    with path.open(encoding=encoding_of(path), newline="\n") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            if blank and line.lstrip().startswith("["):
                raise DataError(
                    "It is one JSON list.", where=path, hint="Write one JSON object a line."
                )
            blank = False
            yield _json_row(number, line, columns, keys)
    if blank:
        raise DataError("It is empty.", where=path, hint="Write one JSON object a line.")
    if keys:  # else every line is broken, which says more
        columns.places(list(keys), path)


def _json_row(number: int, line: str, columns: Columns, keys: dict[str, None]) -> Row:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return Row(number, fault="is no JSON")
    if not isinstance(found, dict):
        return Row(number, fault="is no JSON object")
    keys.update(dict.fromkeys(found))
    text, label = (_json_cell(found.get(name)) for name in (columns.text, columns.label))
    return Row(number, text, label)


def _json_cell(value: Any) -> Any:
    """A value as text, or a list of texts; numbers as JSON writes them."""
    if isinstance(value, list):
        return [_json_cell(item) for item in value]
    if value is None or isinstance(value, str):
        # Half of a surrogate pair is legal JSON, but no Unicode text.
        return (value or "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return json.dumps(value)


def _parquet_rows(path: Path, columns: Columns) -> Iterator[Row]:
    frame = read_parquet(path)
    text, label = columns.places(list(frame.columns), path)
    texts = cells(frame.iloc[:, text])
    labels = [""] * len(texts) if label is None else cells(frame.iloc[:, label])
    for number, row, name in zip(frame.index + 1, texts, labels, strict=True):
        yield Row(int(number), row, name)


def cells(column: pd.Series) -> list[Any]:
    """Cells as text, or lists of texts; whole numbers without a point, nothing as empty."""
    if pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")
    return [_cell(value) for value in column.astype(object)]


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple | np.ndarray):
        return [_cell(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if pd.isna(value) else str(value)
