"""Texts in a table: TSV, CSV, JSON lines or Parquet."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dltemplates.data.broken_rows import BrokenRows
from dltemplates.data.named_texts import NamedTexts, label_name
from dltemplates.data.text_columns import Columns
from dltemplates.data.text_row import LONGEST, Row
from dltemplates.data.text_rows import row_unit, text_rows
from dltemplates.errors import DataError

_NUMBER = re.compile(r"\s*[+-]?[\d.,]*\d[\d.,]*(e[+-]?\d+)?\s*", re.ASCII | re.IGNORECASE)


def read_text_table(
    path: Path,
    *,
    text_column: str = "text",
    label_column: str = "label",
    label_separator: str = "",
    quotes: str = "auto",
    broken_limit: float = 0.01,
) -> NamedTexts:
    """Reads the texts and labels of a table. Every cell is text: `NA` and `0` stay what they are.

    Args:
        path: TSV, CSV or TXT with a line of names (UTF-8 or cp949; tab, comma, semicolon or bar
            between fields), JSON lines, or Parquet.
        text_column: The column of texts.
        label_column: The column of labels.
        label_separator: What stands between the labels of one text; empty: each text has one. With
            it, a text may also have none, and JSON and Parquet may hold lists.
        quotes: `literal`: quotes are characters like others; `csv`: they hold a field together;
            `auto`: literal where tabs separate.
        broken_limit: Largest share of rows that is skipped for an empty text, a missing label or
            a wrong number of fields; one always may be, unless it is 0.

    Raises:
        DataError: The file cannot be read, a column is not there, too many rows are broken, none
            is there, or the texts are all numbers.
    """
    broken = BrokenRows(str(path), row_unit(path))
    texts: list[str] = []
    labels: list[tuple[str, ...]] = []
    known: dict[Any, tuple[str, ...]] = {}  # one tuple for all texts of the same labels
    for row in text_rows(path, Columns(text_column, label_column), quotes):
        if fault := row.fault or _text_fault(row.text):
            broken.add(row.number, fault)
            continue
        if isinstance(row.label, list) and any(isinstance(each, list) for each in row.label):
            broken.add(row.number, "has a list inside its list of labels")
            continue
        key = tuple(row.label) if isinstance(row.label, list) else row.label
        if key not in known:
            known[key] = _names(row.label, label_separator, path)
        if not known[key] and not label_separator:
            broken.add(row.number, "has no label")
            continue
        texts.append(row.text)
        labels.append(known[key])
    skipped = broken.settle(
        len(texts) + broken.count,
        broken_limit,
        "Correct or remove them, or raise data.broken_limit to skip more. Wrong numbers of fields "
        "may come from quotes: see data.quotes.",
    )
    _refuse_no_texts(texts, path, text_column)
    return NamedTexts(texts, labels, str(path), skipped)


def read_text_column(path: Path, text_column: str, quotes: str = "auto") -> list[Row]:
    """The texts of a table that need no labels, one a row, blank ones too, as empty texts.

    Raises:
        DataError: The file cannot be read, the column is not there, or a row is broken.
    """
    rows = []
    for row in text_rows(path, Columns(text_column), quotes):
        if row.fault or not isinstance(row.text, str):
            raise DataError(
                f"{row_unit(path).capitalize()} {row.number:,} {row.fault or 'has no text'}.",
                where=path,
                hint="Correct it. Wrong numbers of fields may come from quotes: see --quotes.",
            )
        rows.append(row)
    return rows


def _text_fault(text: Any) -> str:
    if not isinstance(text, str):
        return "has a list for its text"
    if not text.strip():
        return "has an empty text"
    if len(text) > LONGEST:
        return f"has a text of {len(text):,} characters, more than {LONGEST:,}"
    return ""


def _names(label: Any, separator: str, path: Path) -> tuple[str, ...]:
    """The classes that a cell names, each once."""
    if isinstance(label, list) and not separator:
        raise DataError(
            "A label is a list.",
            where=path,
            hint="For several classes a text, make a project with labels=multi.",
        )
    parts: Sequence[str] = label if isinstance(label, list) else [label]
    if separator and not isinstance(label, list):
        parts = label.split(separator)
    names = (label_name(str(part)) for part in parts)
    return tuple(dict.fromkeys(name for name in names if name))


def _refuse_no_texts(texts: list[str], path: Path, column: str) -> None:
    if not texts:
        raise DataError(
            "It has column names but no row.",
            where=path,
            hint="Check the path, or give a file with rows below its line of names.",
        )
    if all(_NUMBER.fullmatch(text) for text in texts):
        raise DataError(
            f"The column {column!r} holds numbers, not texts, such as {texts[0].strip()[:40]!r}.",
            where=path,
            hint="Set data.text_column to the column of texts.",
        )
