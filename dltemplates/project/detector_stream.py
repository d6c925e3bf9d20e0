"""Judges rows as they come."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np

from dltemplates.data.decimal_commas import with_decimal_point
from dltemplates.errors import DataError
from dltemplates.project.detector import Detector

_NOTHING = ("", "nan", "-nan", "null", "none", "na", "n/a", "#n/a", "<na>")  # as in files
_LARGEST = float(np.finfo("float32").max)
_SEPARATORS = ",;\t|"


def judge_stream(detector: Detector, lines: Iterable[str]) -> Iterator[dict]:
    """Judges CSV lines one by one, each as soon as it is there.

    Args:
        detector: A log's detector looks back on the rows before; it answers from the first whole
            window on.
        lines: A header, then rows, with commas, semicolons, tabs or bars between cells. Columns
            are found by their names, others are not looked at; an empty cell is a missing value.
            Between semicolons a comma is a decimal one, as in files.

    Yields:
        For each row: `row`, its number from 1 with blank lines counted, `score`, `alarm` and
        `strongest`, what has most to do with it. Rows before the first whole window have a score of
        None.

    Raises:
        DataError: A column is missing, a cell is no number, or a line is no CSV.
    """
    lines = iter(lines)
    header, separator = _header(detector, lines)
    places = detector.columns(header, "the standard input")
    reader = _cells(lines, separator)
    recent: deque[list[float]] = deque(maxlen=max(detector.window, 1))
    for number, cells in enumerate(reader, 1):
        if not cells:  # a blank line counts, as in a file
            continue
        if separator == ";":
            cells = [with_decimal_point(cell) for cell in cells]
        recent.append([_number(cells, place, header[place], number) for place in places])
        if len(recent) < recent.maxlen:  # type: ignore[operator]
            yield {"row": number, "score": None, "alarm": False, "strongest": None}
            continue
        judged = detector.judge(np.array(recent, "float32"))
        yield {
            "row": number,
            "score": round(float(judged.score[-1]), 6),
            "alarm": bool(judged.alarm[-1]),
            "strongest": _strongest(detector, judged.attribution[-1]),
        }


def _header(detector: Detector, lines: Iterator[str]) -> tuple[list[str], str]:
    """The names of the columns, and the separator with which most of them are the detector's."""

    def names(separator: str) -> list[str]:
        return [name.strip() for name in next(_cells(iter([first]), separator), [])]

    try:
        first = next(lines, "").lstrip("\ufeff")
    except UnicodeDecodeError:
        raise DataError("This is not UTF-8.", where="the standard input") from None
    wanted = set(detector.names)
    separator = max(_SEPARATORS, key=lambda each: len(wanted & set(names(each))))
    if len(names(separator)) == 1:  # nothing divides it, so a comma below is a decimal one
        separator = ";"
    return names(separator), separator


def _strongest(detector: Detector, shares: np.ndarray) -> str | None:
    """Whose share is the largest; None where nothing was observed."""
    return detector.names[int(shares.argmax())] if shares.any() else None


def _cells(lines: Iterator[str], separator: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=separator)
    except csv.Error as error:
        raise DataError(f"This is no CSV: {error}.", where="the standard input") from None
    except UnicodeDecodeError:
        raise DataError("This is not UTF-8.", where="the standard input") from None


def _number(cells: list[str], place: int, name: str, row: int) -> float:
    text = cells[place].strip() if place < len(cells) else ""
    if text.lower() in _NOTHING:
        return float("nan")
    try:
        value = float(text)
        if "_" in text or not abs(value) <= _LARGEST:
            raise ValueError
        return value
    except ValueError:
        raise DataError(
            f"{text!r} is no number that can be used.",
            where=f"the standard input, row {row:,}, column {name!r}",
            hint="Leave a cell empty where a value is missing.",
        ) from None
