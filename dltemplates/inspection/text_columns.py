"""Which columns of a file are texts and their classes, found out from its first rows."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from dltemplates.data.series_table_file import read_parquet
from dltemplates.data.text_columns import USUAL, Columns, choose_separator
from dltemplates.data.text_encoding import encoding_of
from dltemplates.data.text_rows import JSON_SUFFIXES, PARQUET_SUFFIXES, text_rows
from dltemplates.errors import DataError
from dltemplates.inspection.file_head import file_head

_HEAD = 2**20
_ROWS = 1_000
_FEWEST_LETTERS = 8  # of half of the texts
_LONG = 60  # characters, of half of the texts: no name or title
_FEW_CLASSES = 30
_NUMBER = re.compile(r"[\s\d.,:/+%-]*")


@dataclass(frozen=True)
class TextColumns:
    """The two columns that matter.

    Attributes:
        text: The texts.
        label: Their classes; empty: none looks like it.
        several: Whether a text may have several classes.
        plain: Whether it is a table of texts, and not one of which a column happens to hold some:
            the texts are most of it, and long or called so or beside few other columns.
    """

    text: str
    label: str
    several: bool
    plain: bool


def find_text_columns(path: Path) -> TextColumns | None:
    """The columns of texts and classes in the table at `path`; None if no column holds texts.

    Raises:
        DataError: The file cannot be read.
    """
    with file_head(path, _HEAD) as head:
        cells = _cells(head.path)
    texts = [name for name in cells if _is_text(cells[name])]
    if not texts:
        return None
    sizes = {name: sum(len(str(cell)) for cell in column) for name, column in cells.items()}
    text = max(texts, key=lambda name: (name.lower() in USUAL["text"].split(), sizes[name]))
    others = {name: column for name, column in cells.items() if name != text}
    label, several = _label(others)
    most = sizes[text] > 0.5 * sum(sizes.values())
    usual = text.lower() in USUAL["text"].split() or text.lower() == "text"
    long = np.median([len(str(cell)) for cell in cells[text]]) >= _LONG
    return TextColumns(text, label, several, bool(most and (usual or long or len(cells) <= 3)))


def _cells(path: Path) -> dict[str, list[Any]]:
    """The first rows by column, as the reader of texts sees them."""
    names = _names(path)
    if not names or len(set(names)) < len(names) or len(names) > 200:
        return {}
    found: dict[str, list[Any]] = {}
    names = [name for name in names if name]  # a line that ends with its separator has one without
    for place in range(0, len(names), 2):
        pair = names[place : place + 2]
        columns = Columns(*pair)
        rows = [row for row in islice(text_rows(path, columns), _ROWS) if not row.fault]
        found[pair[0]] = [row.text for row in rows]
        if len(pair) == 2:
            found[pair[1]] = [row.label for row in rows]
    return found


def _names(path: Path) -> list[str]:
    suffix = path.suffix.lower()
    if suffix in PARQUET_SUFFIXES:
        return list(read_parquet(path).columns)
    with path.open(encoding=encoding_of(path), newline="\n") as file:
        if suffix not in JSON_SUFFIXES:
            head = file.readline(_HEAD)
            if len(head) == _HEAD:
                raise DataError(
                    f"Its first line has more than {_HEAD:,} characters: no names of columns.",
                    where=path,
                    hint="Give a table with a line of names and one row a line.",
                )
            separator = choose_separator(head, Columns(""), suffix)
            return _separated_names(chain([head], file), separator)
        keys: dict[str, None] = {}
        for line in islice(file, _ROWS):
            try:
                found = json.loads(line)
            except (ValueError, RecursionError):
                continue
            keys.update(dict.fromkeys(found if isinstance(found, dict) else ()))
        return list(keys)


def _separated_names(lines: Iterable[str], separator: str) -> list[str]:
    """The names of a line that may go on in the next, where quotes hold them together."""
    try:
        names = next(csv.reader(lines, delimiter=separator), [])
    except csv.Error:
        return []
    return [name.strip() for name in names]


def _is_text(column: list[Any]) -> bool:
    """Whether cells are mostly sentences: long, different from each other, and no numbers."""
    cells = [cell.strip() for cell in column if isinstance(cell, str) and cell.strip()]
    if len(cells) < 2 or len(cells) < 0.5 * len(column):
        return False
    letters = np.median([len(cell) for cell in cells])
    wordless = sum(bool(_NUMBER.fullmatch(cell)) for cell in cells)
    words = np.mean([len(cell.split()) > 1 or not cell.isascii() for cell in cells])
    distinct = len(set(cells)) / len(cells)
    return bool(letters >= _FEWEST_LETTERS and wordless < 0.1 * len(cells) and words > 0.5) and (
        distinct > 0.5
    )


def _label(columns: dict[str, list[Any]]) -> tuple[str, bool]:
    """The likeliest column of classes, and whether its cells hold several."""
    fitting = {name: several for name, cells in columns.items() if (several := _classes(cells))}
    if not fitting:
        return "", False
    usual = [name for name in fitting if name.lower() in USUAL["label"].split() or name == "label"]
    fewest = min(fitting, key=lambda name: len({str(cell) for cell in columns[name]}))
    name = usual[0] if usual else fewest
    return name, fitting[name] == "several"


def _classes(cells: list[Any]) -> str:
    """`one` or `several` classes a cell, or nothing if they are none."""
    if any(isinstance(cell, list) for cell in cells):
        return "several"
    texts = [cell.strip() for cell in cells if cell and cell.strip()]
    distinct = len(set(texts))
    if not texts or distinct < 2:
        return ""
    most = max(_FEW_CLASSES, len(texts) // 10)
    if distinct <= most and distinct * 2 <= len(texts) and max(map(len, texts)) <= 60:
        parts = Counter(part.strip() for text in texts for part in text.split(","))
        return "several" if _are_lists(texts, parts) else "one"
    parts = Counter(part.strip() for text in texts for part in text.split(","))
    return "several" if _are_lists(texts, parts) and len(parts) <= most else ""


def _are_lists(texts: list[str], parts: Counter[str]) -> bool:
    """Whether commas separate classes: the same few come in many combinations."""
    cells = set(texts)
    combined = {cell for cell in cells if "," in cell}
    return len(combined) > 1 and len(parts) <= len(cells)
