"""Mean and scale of columns, from the rows that train."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dltemplates.errors import DataError

_SHOWN = 5


@dataclass(frozen=True)
class StandardScale:
    """What brings columns to mean 0 and standard deviation 1.

    Attributes:
        mean: float32, `(columns,)`.
        scale: float32, `(columns,)`; 1 where a column is constant.
        constant: Names of the columns that have one value only.
    """

    mean: np.ndarray
    scale: np.ndarray
    constant: list[str]

    @classmethod
    def of(
        cls, values: np.ndarray, names: Sequence[str], *, setting: str, where: str
    ) -> "StandardScale":
        """The statistics of the training rows.

        Args:
            values: float, `(rows, columns)`; NaN is missing.
            names: What each column is called.
            setting: What messages call the setting that chooses columns.
            where: What messages call the source.

        Raises:
            DataError: A column has no value, or all columns are constant.
        """
        empty = [
            name for name, none in zip(names, np.isnan(values).all(axis=0), strict=True) if none
        ]
        if empty:
            more = f" and {len(empty) - _SHOWN:,} more" if len(empty) > _SHOWN else ""
            raise DataError(
                f"Without a value in the training rows: {', '.join(empty[:_SHOWN])}{more}.",
                where=where,
                hint="Let training end later (data.train_end), or leave them out with data.ignore "
                f"or {setting}.",
            )
        exact = values.astype("float64")
        spread = np.nanstd(exact, axis=0)
        constant = np.nanmin(exact, axis=0) == np.nanmax(exact, axis=0)
        constant |= spread < np.finfo("float32").tiny  # which devices take for 0
        if constant.all():
            raise DataError(
                "No column changes in the training rows, so there is nothing to learn: "
                f"{', '.join(names[:_SHOWN])}.",
                where=where,
                hint=f"Choose other columns ({setting}), or let training end later "
                "(data.train_end).",
            )
        return cls(
            np.nanmean(exact, axis=0).astype("float32"),
            np.where(constant, 1.0, spread).astype("float32"),
            [name for name, same in zip(names, constant, strict=True) if same],
        )

    def sentences(self) -> list[str]:
        """What a record says of them."""
        if not self.constant:
            return []
        shown = ", ".join(map(repr, self.constant[:_SHOWN]))
        more = f" and {len(self.constant) - _SHOWN:,} more" if len(self.constant) > _SHOWN else ""
        return [
            f"{shown}{more} never change{'s' if len(self.constant) == 1 else ''} in training: kept "
            "unscaled, so any change counts in its own unit."
        ]
