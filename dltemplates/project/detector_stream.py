"""Judges rows as they come."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np

from dltemplates.errors import DataError
from dltemplates.project.detector import Detector

_NOTHING = ("", "nan", "null", "none", "na")


def judge_stream(detector: Detector, lines: Iterable[str]) -> Iterator[dict]:
    """Judges CSV lines one by one, each as soon as it is there.

    Args:
        detector: A log's detector looks back on the rows before; it answers from the first whole
            window on.
        lines: A header, then rows. Columns are found by their names, others are not looked at; an
            empty cell is a missing value.

    Yields:
        For each row: `row`, its number from 1, `score`, `alarm` and `strongest`, what has most to
        do with it. Rows before the first whole window have a score of None.

    Raises:
        DataError: A column is missing, a cell is no number, or a line is no CSV.
    """
    reader = _cells(lines)
    header = [name.strip() for name in next(reader, [])]
    if header:
        header[0] = header[0].lstrip("\ufeff")
    places = detector.columns(header, "the standard input")
    recent: deque[list[float]] = deque(maxlen=max(detector.window, 1))
    for number, cells in enumerate(filter(None, reader), 1):
        recent.append([_number(cells, place, header[place], number) for place in places])
        if len(recent) < recent.maxlen:  # type: ignore[operator]
            yield {"row": number, "score": None, "alarm": False, "strongest": None}
            continue
        judged = detector.judge(np.array(recent, "float32"))
        yield {
            "row": number,
            "score": round(float(judged.score[-1]), 6),
            "alarm": bool(judged.alarm[-1]),
            "strongest": detector.names[int(judged.attribution[-1].argmax())],
        }


def _cells(lines: Iterable[str]) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines)
    except csv.Error as error:
        raise DataError(f"This is no CSV: {error}.", where="the standard input") from None
    except UnicodeDecodeError:
        raise DataError("This is not UTF-8.", where="the standard input") from None


def _number(cells: list[str], place: int, name: str, row: int) -> float:
    text = cells[place].strip() if place < len(cells) else ""
    if text.lower() in _NOTHING:
        return float("nan")
    try:
        return float(text)
    except ValueError:
        raise DataError(
            f"{text!r} is no number.",
            where=f"the standard input, row {row:,}, column {name!r}",
            hint="Leave a cell empty where a value is missing.",
        ) from None
