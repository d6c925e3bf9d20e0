"""What a run wrote down after each epoch."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

VALIDATION = "val_"


@dataclass(frozen=True)
class RunHistory:
    """Losses and metrics by name, each `(epochs,)`, NaN where one is missing.

    Attributes:
        epochs: Their numbers, from 1.
        columns: By name; those of validation begin with `val_`.
    """

    epochs: np.ndarray
    columns: Mapping[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.epochs)

    def __contains__(self, name: str) -> bool:
        """Whether there is at least one value of this name."""
        return name in self.columns and bool(np.isfinite(self.columns[name]).any())

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    @property
    def pairs(self) -> list[str]:
        """Names that have values in training, `loss` first; `val_` before it is validation's."""
        names = [n for n in self.columns if not n.startswith(VALIDATION) and n in self]
        return sorted((n for n in names if n != "learning_rate"), key=lambda n: (n != "loss", n))


def read_history(path: Path) -> RunHistory:
    """Reads `history.csv`. Lines that are no numbers are left out; no file is an empty history."""
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, csv.Error):
        rows = []
    table = [{str(key): _number(value) for key, value in row.items()} for row in rows]
    table = [row for row in table if np.isfinite(row.get("epoch", np.nan))]
    epochs = np.array([int(row["epoch"]) for row in table], "int64")
    if len(epochs) and epochs[0] == 0:  # as Keras counts, and as older runs did
        epochs = epochs + 1
    names = [name for name in (table[0] if table else {}) if name != "epoch"]
    return RunHistory(
        epochs, {name: np.array([row.get(name, np.nan) for row in table]) for name in names}
    )


def _number(text: object) -> float:
    try:
        return float(text)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return np.nan
