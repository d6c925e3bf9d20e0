"""The texts of files however large, one after the other."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq

from dltemplates.data.text_columns import Columns
from dltemplates.data.text_encoding import encoding_of
from dltemplates.data.text_row import LONGEST, Row
from dltemplates.data.text_rows import JSON_SUFFIXES, PARQUET_SUFFIXES, SUFFIXES, cells, text_rows
from dltemplates.errors import DataError

_LOOKED_AT = 1_000  # JSON lines, for the name of the column
_BATCH = 4_096  # rows of Parquet
_BLOCK = 2**20


class StreamedText(NamedTuple):
    """A text, where it stands, and what is wrong with it; a file may have one fault as a whole."""

    file: str
    number: int | None
    text: str
    fault: str = ""


def stream_texts(
    files: Iterable[str], text_column: str | None, quotes: str = "auto"
) -> Iterator[StreamedText]:
    """The texts of files in their order, one a line, or one a row of a column.

    Where there are several files, one that cannot be read is a single item with a fault, whatever
    of it has been read.

    Raises:
        DataError: The only file cannot be read.
    """
    several = len(list(islice(files, 2))) > 1
    for name in files:
        try:
            for row in _rows(Path(name), text_column, quotes):
                yield _streamed(name, row)
        except DataError as error:
            if not several:
                raise
            yield StreamedText(name, None, "", error.message)


def about_rows(path: Path) -> int:
    """How many rows a file may have: exactly of Parquet, else its lines; 0 if it is unreadable."""
    try:
        if path.suffix.lower() in PARQUET_SUFFIXES:
            return int(pq.read_metadata(path).num_rows)
        with path.open("rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(_BLOCK), b""))
    except (OSError, ValueError):
        return 0


def _streamed(name: str, row: Row) -> StreamedText:
    fault = row.fault
    if not fault and not isinstance(row.text, str):
        fault = "has no text"
    if not fault and len(row.text) > LONGEST:
        fault = f"has a text of {len(row.text):,} characters, more than {LONGEST:,}"
    return StreamedText(name, row.number, "" if fault else row.text, fault)


def _rows(path: Path, text_column: str | None, quotes: str) -> Iterator[Row]:
    suffix = path.suffix.lower()
    if text_column is None:
        return _lines(path)
    columns = Columns(text_column)
    if suffix in PARQUET_SUFFIXES and path.is_file():
        return _parquet_rows(path, columns)
    if suffix in JSON_SUFFIXES and path.is_file():
        _check_keys(path, columns)
    return text_rows(path, columns, quotes)


def _lines(path: Path) -> Iterator[Row]:
    if path.suffix.lower() in set(SUFFIXES) - {".txt"}:
        raise DataError(
            "This is a table, not one text a line.",
            where=path,
            hint="Name its column of texts with --text-column.",
        )
    number = 0
    with path.open(encoding=encoding_of(path), newline="\n") as file:
        for number, line in enumerate(file, 1):
            yield Row(number, line.removesuffix("\n").removesuffix("\r"))
    if not number:
        raise DataError("It is empty.", where=path, hint="Write one text a line.")


def _check_keys(path: Path, columns: Columns) -> None:
    """Refuses a column that none of the first objects has, before all others are answered."""
    keys: dict[str, None] = {}
    with path.open(encoding=encoding_of(path), newline="\n") as file:
        for line in islice(file, _LOOKED_AT):
            try:
                found = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(found, dict):
                keys.update(dict.fromkeys(found))
    if keys:
        columns.places(list(keys), path)


def _parquet_rows(path: Path, columns: Columns) -> Iterator[Row]:
    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            place, _ = columns.places(names, path)
            number = 0
            for batch in file.iter_batches(_BATCH, columns=[names[place]]):
                for text in cells(batch.column(0).to_pandas()):
                    number += 1
                    yield Row(number, text)
    except (OSError, ValueError) as error:
        raise DataError(
            f"Cannot read this Parquet file: {str(error).partition(chr(10))[0]}",
            where=path,
            hint="Write it again, or use CSV.",
        ) from None
