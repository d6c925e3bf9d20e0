"""Held-out items that exports of all formats are measured on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from dltemplates.export.runtime import Call

Answer = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class MeasuredItems:
    """Items of the test split, and what is said of answers to them.

    Attributes:
        portable: The inputs of a portable model by name, an item a row.
        served: A signature of the SavedModel and its inputs, likewise.
        measure: What `score` tells; empty where there is nothing to tell.
        score: From the outputs for all items to the measure.
    """

    portable: Mapping[str, np.ndarray]
    served: Call
    measure: str = ""
    score: Callable[[Answer], float] | None = None


def evenly(count: int, most: int) -> np.ndarray:
    """Places of so many items at the most, from all over."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype("int64"))
