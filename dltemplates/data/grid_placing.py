"""Columns of a table, put on a regular grid."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dltemplates.data.regular_grid import RegularGrid
from dltemplates.machine.storage import available_memory

_MEMORY_SHARE = 0.25


@dataclass(frozen=True)
class GridPlacing:
    """Where each row of a table belongs: the series (0 in a wide table) and the row of the grid."""

    grid: RegularGrid
    series: np.ndarray
    count: int

    @property
    def rows(self) -> int:
        return len(self.grid.times)

    def place(self, values: np.ndarray) -> np.ndarray:
        """One column on the grid: float32, `(count, rows)`; the mean of several, NaN of none."""
        there = ~np.isnan(values)
        flat = (self.series * self.rows + self.grid.rows)[there]
        size = self.count * self.rows
        placed = np.full(size, np.nan, "float32")
        counts = np.bincount(flat, minlength=size)
        if counts.max(initial=0) <= 1:
            placed[flat] = values[there]
        else:
            sums = np.bincount(flat, weights=values[there], minlength=size)
            np.divide(sums, counts, out=placed, where=counts > 0, casting="same_kind")
        return placed.reshape(self.count, self.rows)


def largest_grid(columns: int) -> int:
    """Rows of so many columns of float32 that memory has room for."""
    return int(_MEMORY_SHARE * available_memory()) // (4 * columns + 8)


def is_unsorted(times: pd.DatetimeIndex, series: np.ndarray) -> bool:
    """Whether the rows of any series are not in the order of time."""
    order = np.argsort(series, kind="stable")
    together = np.diff(series[order]) == 0
    return bool((np.diff(times.asi8[order])[together] < 0).any())
