"""The columns in which a classifier answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

_JOINT = ";"


@dataclass(frozen=True)
class ClassColumns:
    """`label` and `probability`, the likeliest class first; or what a user asked for beside them.

    Attributes:
        names: Of the classes.
        top_k: How many classes are named: `label_2`, `probability_2` and so on follow.
        all_classes: Whether the probability of each class has a column, `probability of NAME`.
        threshold: Of several labels: those of at least so probable are joined in `labels`, with
            semicolons, and each class has its column.
    """

    names: Sequence[str]
    top_k: int = 1
    all_classes: bool = False
    threshold: float | None = None

    def fields(self) -> list[pa.Field]:
        fields = []
        if self.threshold is not None:
            fields.append(pa.field("labels", pa.string()))
        else:
            for place in range(1, self._named + 1):
                end = "" if place == 1 else f"_{place}"
                fields.append(pa.field(f"label{end}", pa.string()))
                fields.append(pa.field(f"probability{end}", pa.float32()))
        if self._has_all:
            fields += [pa.field(f"probability of {name}", pa.float32()) for name in self.names]
        return fields

    def columns(self, probabilities: np.ndarray, answered: np.ndarray) -> list[pa.Array]:
        """The columns of `fields`.

        Args:
            probabilities: float32, `(answered items, classes)`.
            answered: bool, `(items,)`: which items have an answer; the others have empty cells.
        """
        rows = pa.array(np.cumsum(answered) - 1, mask=~answered)
        columns: list[pa.Array] = []
        if self.threshold is not None:
            columns.append(pa.array(self._joint(probabilities), pa.string()))
        else:
            labels = pa.array(self.names, pa.string())
            order = np.argsort(-probabilities, axis=1, kind="stable")[:, : self._named]
            shares = np.take_along_axis(probabilities, order, axis=1)
            for place in range(self._named):
                columns.append(labels.take(pa.array(order[:, place])))
                columns.append(pa.array(np.ascontiguousarray(shares[:, place])))
        if self._has_all:
            columns += [pa.array(np.ascontiguousarray(column)) for column in probabilities.T]
        return [column.take(rows) for column in columns]

    @property
    def _named(self) -> int:
        return min(self.top_k, len(self.names))

    @property
    def _has_all(self) -> bool:
        return self.all_classes or self.threshold is not None

    def _joint(self, probabilities: np.ndarray) -> list[str]:
        names = np.array(self.names, object)
        return [_JOINT.join(names[row >= self.threshold]) for row in probabilities]
