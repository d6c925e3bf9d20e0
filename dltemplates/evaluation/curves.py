"""The curves of a training, to reckon with."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dltemplates.training.run_history import History

VALIDATION = "val_"


@dataclass(frozen=True)
class Curves:
    """Losses and metrics by name, each `(epochs,)`, NaN where one is missing.

    Attributes:
        epochs: Their numbers, from 1.
        columns: By name; those of validation begin with `val_`.
    """

    epochs: np.ndarray
    columns: Mapping[str, np.ndarray]

    @classmethod
    def of(cls, history: History) -> "Curves":
        """The curves of what a run wrote down after each epoch."""
        columns = {name: np.array(each, "float64") for name, each in history.values.items()}
        return cls(np.array(history.epochs, "int64"), columns)

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
