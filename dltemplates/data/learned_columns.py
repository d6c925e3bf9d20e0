"""The columns that a trained detector knows, for going on with other data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dltemplates.errors import RunError

Scaling = Literal["own", "level", "start"]


@dataclass(frozen=True)
class LearnedColumns:
    """Sensors or features as a network has learned them.

    Attributes:
        names: What each is called, in the network's order.
        mean: float32, `(columns,)`: what its training subtracted from each.
        scale: float32, `(columns,)`: what it divided each by.
        wandering: bool, `(columns,)`: of which the network sees changes alone, see
            `dltemplates.layers.WindowLevel`; none of a table's.
        window: Rows in a window; 0 of a table.
        frequency: The step of time as pandas writes it; empty of a table.
        where: What messages call the detector.
    """

    names: list[str]
    mean: np.ndarray
    scale: np.ndarray
    wandering: np.ndarray
    window: int = 0
    frequency: str = ""
    where: str = ""

    def order(self, names: Sequence[str], *, setting: str) -> list[int]:
        """Where each column lies among `names`.

        Args:
            names: Columns of other data.
            setting: What messages call the setting that chooses columns.

        Raises:
            RunError: They are not the same columns; says which are missing and which additional.
        """
        missing = [name for name in self.names if name not in names]
        more = [name for name in names if name not in self.names]
        if missing or more:
            parts = {"missing": missing, "additional": more}
            said = [f"{what}: {', '.join(map(repr, each))}" for what, each in parts.items() if each]
            raise RunError(
                f"The data have other columns than the detector to start from. {'; '.join(said)}.",
                where=self.where,
                hint=f"Call them as there, and leave others out with data.ignore or {setting}.",
            )
        return [list(names).index(name) for name in self.names]

    def scaling(
        self, mean: np.ndarray, scale: np.ndarray, mode: Scaling
    ) -> tuple[np.ndarray, np.ndarray]:
        """Mean and scale of each column of other data, with which the network goes on.

        Args:
            mean: Of their training rows, `(columns,)`.
            scale: Likewise.
            mode: `own` for these, `start` for those that the network was trained with, `level` for
                this mean and that scale.
        """
        return (
            self.mean if mode == "start" else mean,
            scale if mode == "own" else self.scale,
        )

    def check_grid(self, window: int | str, frequency: str) -> None:
        """Refuses a log whose windows would be others.

        Args:
            window: The window that is wanted; `auto` for the detector's.
            frequency: The step of time of the log.

        Raises:
            RunError: The window or the step is another.
        """
        if window not in ("auto", self.window):
            raise RunError(
                f"The detector to start from judges windows of {self.window:,} rows, not of "
                f"{window:,}.",
                where=self.where,
                hint="Set data.window=auto, or train anew with another window.",
            )
        if frequency != self.frequency:
            raise RunError(
                f"The detector to start from has learned rows that are {self.frequency!r} apart; "
                f"these are {frequency!r} apart.",
                where=self.where,
                hint=f"Set data.frequency={self.frequency} if the log is at least as fine as that.",
            )
