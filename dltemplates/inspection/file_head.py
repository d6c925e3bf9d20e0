"""The beginning of a large file, as a file that every reader can read."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dltemplates.data.text_rows import PARQUET_SUFFIXES
from dltemplates.errors import DataError

LARGEST = 50_000_000  # bytes of a table that is read as a whole

_PARQUET_ROWS = 200_000
_BLOCK = 2**20
_LINES = 1_000  # that a field in quotes may have


@dataclass(frozen=True)
class FileHead:
    """A file that is read instead of another.

    Attributes:
        path: What to read: the file itself, or a copy of its beginning.
        share: How much of the file that is, by size.
    """

    path: Path
    share: float = 1.0

    @property
    def whole(self) -> bool:
        return self.share == 1.0


@contextmanager
def file_head(path: Path, limit: int) -> Iterator[FileHead]:
    """The file at `path`, or, where it is larger than `limit` bytes, a copy of its first lines.

    The copy is in the system's folder for temporary files, and is gone afterwards. Errors about it
    name the file itself.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DataError(
            f"Cannot read it: {error.strerror}.", where=path, hint="Check the path."
        ) from None
    if size <= limit:
        yield FileHead(path)
        return
    with tempfile.TemporaryDirectory(prefix="dltemplates-") as folder:
        copy = Path(folder, f"head{path.suffix.lower()}")
        try:
            if path.suffix.lower() in PARQUET_SUFFIXES:
                part = _copy_rows(path, copy)
            else:
                part = _copy_lines(path, copy, limit) / size
        except OSError as error:
            raise DataError(
                f"Its beginning cannot be copied: {error.strerror or error}.",
                where=path,
                hint="Check its permissions, and the space for temporary files.",
            ) from None
        try:
            yield FileHead(copy, part)
        except DataError as error:
            if error.where is not None:
                error.where = error.where.replace(str(copy), str(path))
            raise


def _copy_lines(path: Path, copy: Path, limit: int) -> int:
    """Copies whole lines, and whole fields in quotes; returns how many bytes they have."""
    quotes = 0
    with path.open("rb") as source, copy.open("wb") as target:
        left = limit
        while left > 0 and (block := source.read(min(_BLOCK, left))):
            target.write(block)
            quotes += block.count(b'"')
            left -= len(block)
        target.flush()
        end = _last_row_end(copy, quotes)
        target.truncate(end)
    return end


def _last_row_end(path: Path, quotes: int) -> int:
    """The end of the last line with no quote open, or, if quotes are just letters, of the last."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(size - _BLOCK, 0))
        tail = file.read()
    before = size - len(tail)
    ends = [match.end() for match in re.finditer(b"\n", tail)]
    if not ends:
        return size
    last = ends[: -_LINES - 1 : -1]
    closed = (end for end in last if (quotes - tail.count(b'"', end)) % 2 == 0)
    return before + next(islice(closed, 1), ends[-1])


def _copy_rows(path: Path, copy: Path) -> float:
    """Copies the first rows of a Parquet file; returns the share of all that they are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        rows = file.metadata.num_rows
        batches = file.iter_batches(batch_size=_PARQUET_ROWS)
        first = pa.Table.from_batches(list(islice(batches, 1)), file.schema_arrow)
        pq.write_table(first, copy)
    except pa.ArrowException as error:
        raise DataError(
            f"Cannot read this Parquet file: {str(error).partition(chr(10))[0]}",
            where=path,
            hint="Write it again, or use CSV.",
        ) from None
    return first.num_rows / max(rows, 1)
