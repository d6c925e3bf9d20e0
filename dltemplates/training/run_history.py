"""What a run's `history.csv` says, read without TensorFlow."""

import csv
import math
from dataclasses import dataclass

_MISSING = ("", "NA")  # the latter in older runs
_MOST = 10**9  # epochs: more are no count


@dataclass(frozen=True)
class History:
    """The lines of `history.csv`.

    Attributes:
        epochs: Their numbers, from 1.
        values: By column, a value an epoch; None where there is none. It may be infinite.
    """

    epochs: list[int]
    values: dict[str, list[float | None]]

    def best(self, name: str, *, largest: bool) -> tuple[int, float] | None:
        """The epoch with the best value of a column, and the value; of equals the last."""
        known = [
            (value, epoch)
            for value, epoch in zip(self.values.get(name, []), self.epochs, strict=False)
            if value is not None and math.isfinite(value)
        ]
        if not known:
            return None
        value, epoch = max(known, key=lambda pair: (pair[0] if largest else -pair[0], pair[1]))
        return epoch, value


def read_history(text: str) -> tuple[History, str]:
    """Reads the text of a `history.csv`, without the lines that are not whole.

    Returns:
        The history, and what is wrong with the text; empty if nothing is.
    """
    lines = csv.reader(text.splitlines())
    names: list[str] = []
    epochs: list[int] = []
    rows: list[dict[str, float | None]] = []
    wrong = ""
    try:
        names = next(lines, [])
        for line in lines:
            try:
                row = dict(zip(names, map(_number, line), strict=True))
                epochs.append(_epoch(row.pop("epoch")))
            except (ValueError, KeyError):
                wrong = wrong or f"line {lines.line_num} is not as the heading says"
                continue
            rows.append(row)
    except csv.Error as error:
        wrong = wrong or f"line {lines.line_num} cannot be read: {error}"
    shift = 1 if epochs and epochs[0] == 0 else 0  # older runs count from 0
    values = {name: [row[name] for row in rows] for name in names if name != "epoch"}
    return History([epoch + shift for epoch in epochs], values), wrong


def _number(text: str) -> float | None:
    value = math.nan if text in _MISSING else float(text)
    return None if math.isnan(value) else value


def _epoch(value: float | None) -> int:
    if value is None or not 0 <= value <= _MOST:
        raise ValueError
    return int(value)
