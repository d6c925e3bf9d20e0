"""Losses and metrics of every epoch, in a file that a stopped run goes on with."""

import csv
from pathlib import Path
from typing import Any

import keras

from dltemplates.callbacks.durable_file import replace_file


class EpochHistory(keras.callbacks.Callback):
    """Writes a CSV file with a line an epoch: its number from 1, the learning rate, the logs.

    Unlike `keras.callbacks.CSVLogger` it replaces the file as a whole, so that it is never half
    written, and a training that goes on drops the lines of epochs that it trains again.

    Args:
        path: Where to write.

    Attributes:
        rows: The lines, one dictionary an epoch.
    """

    def __init__(self, path: str | Path) -> None:
        super().__init__()
        self.path = Path(path)
        self.rows: list[dict[str, float]] = []

    def on_train_begin(self, logs: dict | None = None) -> None:
        self.rows = []

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        values = {name: float(value) for name, value in sorted((logs or {}).items())}
        rate = float(self.model.optimizer.learning_rate)
        self.rows.append({"epoch": epoch + 1, "learning_rate": rate, **values})
        replace_file(self.path, self._write)

    def get_state(self) -> dict[str, Any]:
        return {"rows": self.rows}

    def set_state(self, state: dict[str, Any]) -> None:
        self.rows = state["rows"]

    def _write(self, path: Path) -> None:
        columns = list(dict.fromkeys(name for row in self.rows for name in row))
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)
