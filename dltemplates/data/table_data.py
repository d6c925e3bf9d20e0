"""A feature table ready for a detector: divided and scaled."""

from dataclasses import replace
from typing import Any

import numpy as np

from dltemplates.data.feature_table import FeatureTable
from dltemplates.data.learned_columns import LearnedColumns, Scaling
from dltemplates.data.row_splits import (
    FEWEST_HELD_OUT,
    FEWEST_TRAINING,
    SPLITS,
    Boundary,
    divide_rows,
    row_number,
)
from dltemplates.data.standard_scale import StandardScale
from dltemplates.errors import DataError

LARGEST = 8.0  # standard deviations; what lies further out is as strange, and would rule the loss


class TableData:
    """A feature table divided into training, validation and test, in the order of its rows.

    Training rows fit the network; validation rows, held out and normal, calibrate its scores.
    Nothing but the training rows has a part in the scaling.

    Labels choose no weight, epoch or threshold. But with `exclude_labelled`, the first rows that
    are not labelled as anomalies train, the next validate, and the rest test, together with all
    that are. The fractions are then shares of the rows that are not labelled as anomalies.

    Args:
        table: The table.
        validation_fraction: Share of the rows for validation.
        test_fraction: Likewise for the test.
        train_end: The number of the row where training ends, the first that it no longer has; empty
            for what the fractions say.
        validation_end: Likewise for validation.
        test_end: Likewise for the test; rows from there on are not used.
        exclude_labelled: Whether rows labelled 1 are left to the test.
        learned: The features of a trained detector that is to go on with this table: their order
            is as there; for the scaling see `LearnedColumns.scaling`.

    Attributes:
        names: What each feature is called.
        mean: float32, `(features,)`: of the observed values in the training rows.
        scale: float32, `(features,)`: their standard deviation; 1 where they are all the same.
        constant: The features that never change in training.
        missing: Whether any value is missing.
        repairs: What was changed or noticed on the way here, a sentence each.

    Raises:
        DataError: Too few rows or no normal one are left to train or to calibrate on, or a feature
            has no value in the training rows, or all are constant.
        RunError: The trained detector has other features.
    """

    def __init__(
        self,
        table: FeatureTable,
        *,
        validation_fraction: float = 0.2,
        test_fraction: float = 0.3,
        train_end: Boundary = "",
        validation_end: Boundary = "",
        test_end: Boundary = "",
        exclude_labelled: bool = True,
        learned: LearnedColumns | None = None,
        scaling: Scaling = "level",
    ) -> None:
        if learned is not None:
            order = learned.order(table.names, setting="data.features")
            names = [table.names[place] for place in order]
            table = replace(table, names=names, values=table.values[:, order])
        self.table = table
        self.names = table.names
        self.exclude_labelled = exclude_labelled
        self._parts = self._divided(
            (validation_fraction, test_fraction),
            {"train_end": train_end, "validation_end": validation_end, "test_end": test_end},
        )
        self._check_splits()
        self.seen = np.isfinite(table.values)
        self.missing = not self.seen.all()
        statistics = StandardScale.of(
            table.values[self.rows("train")],
            self.names,
            setting="data.features",
            where=table.where,
        )
        self.mean, self.scale = statistics.mean, statistics.scale
        if learned is not None:
            self.mean, self.scale = learned.scaling(self.mean, self.scale, scaling)
        self.constant = statistics.constant
        self.repairs = table.repairs + statistics.sentences()

    def rows(self, split: str) -> np.ndarray:
        """The rows of `train`, `validation` or `test`: int64, in the order of the table."""
        return self._parts[split]

    def labels(self, split: str) -> np.ndarray | None:
        """int8, one for each row of a split: 1 for an anomaly; None where nothing is known."""
        return None if self.table.labels is None else self.table.labels[self.rows(split)]

    def scaled(self, rows: np.ndarray) -> np.ndarray:
        """float32, `(rows, features)`: scaled, at most 8 from 0; a missing value is 0, the mean."""
        scaled = (self.table.values[rows] - self.mean) / self.scale
        return np.nan_to_num(scaled.clip(-LARGEST, LARGEST), nan=0.0)

    def observed(self, rows: np.ndarray) -> np.ndarray | None:
        """Where those rows had values: float32, 1 or 0; None if nothing is ever missing."""
        return self.seen[rows].astype("float32") if self.missing else None

    def describe(self) -> dict:
        """What a run records of its data."""
        table = self.table
        return {
            "source": table.where,
            "names": self.names,
            "rows": len(table),
            "exclude_labelled": self.exclude_labelled,
            "splits": {
                split: {
                    "rows": len(rows),
                    "first": int(rows[0]),
                    "last": int(rows[-1]),
                    "anomalies": None if table.labels is None else int(table.labels[rows].sum()),
                }
                for split, rows in self._parts.items()
                if len(rows)
            },
            "missing": int(self.seen.size - self.seen.sum()),
            "mean": self.mean.tolist(),
            "scale": self.scale.tolist(),
            "constant": self.constant,
            "repairs": self.repairs,
            "fingerprints": {
                split: table.fingerprint(rows) for split, rows in self._parts.items() if len(rows)
            },
        }

    def _divided(
        self, fractions: tuple[float, float], ends: dict[str, Boundary]
    ) -> dict[str, np.ndarray]:
        count, labels = len(self.table), self.table.labels
        stops = {name: _end(value, count, name) for name, value in ends.items()}
        excluded = np.zeros(count, bool)
        if labels is not None and self.exclude_labelled:
            excluded = labels == 1
        kept = np.flatnonzero(~excluded)
        if not len(kept):
            raise DataError(
                "Every row is labelled as an anomaly, so there is nothing normal to learn from.",
                where=self.table.where,
                hint="Check data.label: 1 is for an anomaly, 0 for normal.",
            )
        places: dict[str, Any] = {
            name: None if stop is None else int(np.searchsorted(kept, stop))
            for name, stop in stops.items()
        }
        splits = divide_rows(
            len(kept),
            validation_fraction=fractions[0],
            test_fraction=fractions[1],
            **places,
            where=self.table.where,
        )
        parts = {split: kept[splits[split].start : splits[split].stop] for split in SPLITS}
        anomalies = np.flatnonzero(excluded)
        anomalies = anomalies[anomalies < (stops["test_end"] or count)]
        parts["test"] = np.sort(np.concatenate([parts["test"], anomalies]))
        return parts

    def _check_splits(self) -> None:
        for split, needed in (("train", FEWEST_TRAINING), ("validation", FEWEST_HELD_OUT)):
            rows = len(self.rows(split))
            if rows < needed:
                raise DataError(
                    f"The {split} split has {rows:,} rows; {needed} or more are needed.",
                    where=self.table.where,
                    hint="Give a longer table, or divide it differently (data.train_end, "
                    "data.validation_end or the fractions).",
                )


def _end(value: Boundary, rows: int, name: str) -> int | None:
    """The row number that a setting gives, None for an empty one."""
    hint = f"Give a row number from 1 to {rows:,}."
    row = row_number(value, rows, name, hint)
    if row is None and str(value).strip():
        raise DataError(f"{value!r} is no row number.", where=f"data.{name}", hint=hint)
    return row
