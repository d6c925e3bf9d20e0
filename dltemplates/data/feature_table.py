"""Rows of features, with what is known of their anomalies."""

import hashlib
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class FeatureTable:
    """Rows that were measured alike, each by itself.

    Attributes:
        names: What each feature is called.
        values: float32, `(rows, features)`, in the data's own unit; NaN is a missing value.
        labels: int8, `(rows,)`: 1 where a row is known to be an anomaly, else 0; None where nothing
            is known.
        repairs: What was changed or left out on the way here, a sentence each.
        where: What messages call the source.
        numbers: int64, `(rows,)`: which row of its source each is, counted from 1 below the line of
            names; blank ones count, though they are not here. None: they are all of them.
    """

    names: list[str]
    values: np.ndarray
    labels: np.ndarray | None = None
    repairs: list[str] = field(default_factory=list)
    where: str = ""
    numbers: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.values)

    def fingerprint(self, rows: np.ndarray) -> str:
        """A digest of the names and of these rows, to tell one data set from another."""
        digest = hashlib.sha256("\0".join(self.names).encode())
        digest.update(self.values[rows].tobytes())
        return digest.hexdigest()[:16]
