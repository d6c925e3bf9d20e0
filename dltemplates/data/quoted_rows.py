"""The rows of a table whose quotes hold fields together, as the csv module reads them."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dltemplates.data.text_columns import Columns
from dltemplates.data.text_row import LONGEST, Row, miscounted
from dltemplates.errors import DataError


def quoted_rows(path: Path, encoding: str, separator: str, columns: Columns) -> Iterator[Row]:
    """The rows of a table, numbered by their first lines. A blank line is no row, unless the table
    has one column.

    Raises:
        DataError: A column is not there, or a quote does not close.
    """
    with path.open(encoding=encoding, newline="") as file, _long_fields(LONGEST + 1):
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=separator, strict=True)
        names: list[str] = []
        number = 1
        while True:
            try:
                fields = next(reader, None)
            except csv.Error as error:
                fault = _fault(str(error), lines.last, separator) if names else ""
                # Where lines follow that belong to the field, nobody knows where the next row is.
                if not fault or (lines.count > number and "expected after" not in str(error)):
                    raise _endless(str(error), number, path, columns) from None
                yield Row(number, fault=fault)
                number = lines.count + 1
                continue
            if fields is None:
                return
            if not names:
                names = fields
                text, label = columns.places(names, path)
            elif len(fields) == len(names):
                yield Row(number, fields[text], "" if label is None else fields[label])
            elif fields:
                yield Row(number, fault=miscounted(fields, names))
            elif len(names) == 1:
                yield Row(number, "")
            number = lines.count + 1


class _Lines:
    """Gives lines and remembers the last, and how many there were."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.last = ""
        self.count = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        self.last = next(self._lines)
        self.count += 1
        return self.last


def _fault(error: str, line: str, separator: str) -> str:
    """What is wrong with a row that ends with this line; empty if it may not end there."""
    if "expected after" in error:
        return "has a character behind a closing quote"
    if "field larger" not in error:
        return ""
    try:
        with _long_fields(len(line) + 1):
            fields = next(csv.reader([line], delimiter=separator, strict=True))
    except csv.Error as again:
        return _fault(str(again), line, separator)
    return f"has a field of {max(map(len, fields)):,} characters, more than {LONGEST:,}"


def _endless(error: str, number: int, path: Path, columns: Columns) -> DataError:
    """What the csv module cannot go on from: a field that does not end."""
    setting = "data.quotes" if columns.label else "--quotes"
    if "field larger" in error:
        return DataError(
            f"A field that begins in line {number:,} is longer than {LONGEST:,} characters.",
            where=path,
            hint=f"Is a quote never closed, or a line break missing? See {setting}.",
        )
    return DataError(
        f"A quote that opens in line {number:,} does not close.",
        where=path,
        hint=f'Close it; or set {setting} to "literal" if quotes are just characters of the texts.',
    )


@contextmanager
def _long_fields(limit: int) -> Iterator[None]:
    """Lets the csv module read longer fields; the limit is one for the whole process."""
    before = csv.field_size_limit(limit)
    try:
        yield
    finally:
        csv.field_size_limit(before)
