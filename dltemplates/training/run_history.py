"""What a run's `history.csv` says, read without TensorFlow."""

import csv
import math
from dataclasses import dataclass


@dataclass(frozen=True)
class History:
    """The lines of `history.csv`.

    Attributes:
        epochs: Their numbers, from 1.
        values: By column, a value an epoch; None where there is none, or none that is finite.
    """

    epochs: list[int]
    values: dict[str, list[float | None]]

    def best(self, name: str, *, largest: bool) -> tuple[int, float] | None:
        """The epoch with the best value of a column, and the value; of equals the last."""
        known = [
            (value, epoch)
            for value, epoch in zip(self.values.get(name, []), self.epochs, strict=False)
            if value is not None
        ]
        if not known:
            return None
        value, epoch = max(known, key=lambda pair: (pair[0] if largest else -pair[0], pair[1]))
        return epoch, value


def read_history(text: str) -> tuple[History, str]:
    """Reads the text of a `history.csv`, up to the first line that is not whole.

    Returns:
        The history, and what is wrong with the text; empty if nothing is.
    """
    lines = list(csv.reader(text.splitlines()))
    names = lines[0] if lines else []
    rows: list[dict[str, float | None]] = []
    wrong = ""
    for number, line in enumerate(lines[1:], 2):
        try:
            row = dict(zip(names, map(_number, line), strict=True))
            float(row["epoch"] or 0)
        except (ValueError, KeyError):
            wrong = f"line {number} is not as the heading says"
            break
        rows.append(row)
    epochs = [int(row["epoch"] or 0) for row in rows]
    shift = 1 if epochs and epochs[0] == 0 else 0  # older runs count from 0
    values_of = {name: [row[name] for row in rows] for name in names if name != "epoch"}
    return History([epoch + shift for epoch in epochs], values_of), wrong


def _number(text: str) -> float | None:
    value = float(text) if text else math.nan
    return value if math.isfinite(value) else None
