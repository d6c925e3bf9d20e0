"""The texts that `predict` is asked about, and where in a file they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dltemplates.data.text_encoding import decode
from dltemplates.data.text_rows import SUFFIXES, row_unit
from dltemplates.data.text_table import read_text_column
from dltemplates.errors import DataError


@dataclass(frozen=True)
class AskedTexts:
    """Texts in the order of their answers.

    Attributes:
        texts: The texts; a blank one is asked about like any other.
        unit: What a number counts, `line` or `row`; empty: the texts are of no file.
        numbers: Of each text in its file, from 1.
    """

    texts: Sequence[str]
    unit: str = ""
    numbers: Sequence[int] = ()

    def places(self) -> list[dict[str, Any]]:
        """What to write before each answer."""
        if not self.unit:
            return [{} for _ in self.texts]
        return [{self.unit: number} for number in self.numbers]


def texts_in(path: Path, text_column: str | None, quotes: str = "auto") -> AskedTexts:
    """The texts of a file, one a line, or one a row of its column.

    Raises:
        DataError: It cannot be read, or is a table and no column is given.
    """
    if text_column is not None:
        rows = read_text_column(path, text_column, quotes)
        return AskedTexts([row.text for row in rows], row_unit(path), [row.number for row in rows])
    if path.suffix.lower() in set(SUFFIXES) - {".txt"}:
        raise DataError(
            "This is a table, not one text a line.",
            where=path,
            hint="Name its column of texts with --text-column.",
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"Cannot read it: {error.strerror}.", where=path) from None
    lines = decode(content, str(path)).removesuffix("\n").split("\n")
    if lines == [""]:
        raise DataError("It is empty.", where=path, hint="Write one text a line.")
    return AskedTexts([line.removesuffix("\r") for line in lines], "line", range(1, len(lines) + 1))
