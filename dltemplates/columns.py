"""Columns of text for a terminal, where a Hangul syllable is as wide as two letters."""

import os
import shutil
import sys
import unicodedata
from collections.abc import Sequence

_GAP = "  "


def text_width(text: str) -> int:
    """Columns that `text` takes on a terminal."""
    return sum(_width(character) for character in text)


def cut(text: str, width: int) -> str:
    """`text`, or as much of it as leaves room for an ellipsis."""
    if text_width(text) <= width:
        return text
    kept, room = "", width - 1
    for character in text:
        room -= _width(character)
        if room < 0:
            break
        kept += character
    return kept + "…" if width > 0 else ""


def align(rows: Sequence[Sequence[str]], width: int | None = None, right: str = "") -> list[str]:
    """Lines in which each column begins at one place.

    Args:
        rows: Cells, equally many in each row.
        width: Columns of the terminal; longer lines are cut. None: as long as they are.
        right: By column, `r` where its cells end at one place instead; shorter: the rest begin.
    """
    widths = [max(map(text_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for index, (cell, size) in enumerate(zip(row, widths, strict=True)):
            padding = " " * (size - text_width(cell))
            cells.append(padding + cell if right[index : index + 1] == "r" else cell + padding)
        line = _GAP.join(cells).rstrip()
        lines.append(line if width is None else cut(line, width))
    return lines


def terminal_width() -> int | None:
    """Columns of the terminal that standard output is; None if it is none."""
    if (sys.stdout is None or not sys.stdout.isatty()) and "COLUMNS" not in os.environ:
        return None
    return shutil.get_terminal_size().columns


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn"):
        return 0
    if "\u1160" <= character <= "\u11ff":  # vowels and finals that join the letter before
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
