"""What the columns of a table of series mean."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dltemplates.data.series_table import SeriesTable
from dltemplates.errors import DataError


@dataclass(frozen=True)
class SeriesColumns:
    """Names of columns, by what they hold.

    A table is *wide* (a column a series) or, with `series_id`, *long* (a row a series and time).

    Attributes:
        timestamp: The times; empty: the column that must be meant.
        targets: The series to forecast: columns of a wide table, ids in a long one; none: all.
        past: Covariates measured with the series, unknown ahead.
        known: Covariates known ahead of time.
        static: What is always the same of a series, in a long table.
        series_id: In a long table: which series a row is of.
        value: In a long table: the values; empty: the only column of numbers left.
    """

    timestamp: str = ""
    targets: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    static: tuple[str, ...] = ()
    series_id: str = ""
    value: str = ""

    @property
    def is_long(self) -> bool:
        return bool(self.series_id)

    def named(self) -> list[tuple[str, str]]:
        """Every column that is named: the setting that does, and its name."""
        one = [("timestamp", self.timestamp), ("series_id", self.series_id), ("value", self.value)]
        several = {"past": self.past, "known": self.known, "static": self.static}
        if not self.is_long:
            several["targets"] = self.targets
        return [pair for pair in one if pair[1]] + [
            (setting, name) for setting, names in several.items() for name in names
        ]

    def check(self, table: SeriesTable) -> None:
        """Refuses columns that the table lacks or that are named twice, and half a long layout."""
        seen: dict[str, str] = {}
        for setting, name in self.named():
            table.column(name, f"data.{setting}")
            if name in seen:
                raise DataError(
                    f"The column {name!r} is in data.{seen[name]} and in data.{setting}.",
                    where=table.where,
                    hint="Name it once; what is to be forecast needs no covariate of itself.",
                )
            seen[name] = setting
        if not self.is_long and (self.static or self.value):
            raise DataError(
                f"data.{'static' if self.static else 'value'} is for long tables, of which each "
                "row names its series.",
                where=table.where,
                hint="Name the column of series with data.series_id, or leave this setting empty.",
            )


def wide_targets(table: SeriesTable, columns: SeriesColumns) -> tuple[SeriesColumns, list[str]]:
    """Completes `targets` of a wide table: every column of numbers that is nothing else."""
    if columns.targets:
        return columns, []
    numbers, text = _free_columns(table, columns)
    if not numbers:
        raise DataError(
            "No column of numbers is left to forecast.",
            where=table.where,
            hint="Name the series with data.targets, and check data.past and data.known.",
        )
    return replace(columns, targets=tuple(numbers)), _left_out(text)


def long_value(table: SeriesTable, columns: SeriesColumns) -> tuple[SeriesColumns, list[str]]:
    """Completes `value` of a long table: the one column of numbers that is nothing else."""
    if columns.value:
        return columns, []
    numbers, text = _free_columns(table, columns)
    if len(numbers) != 1:
        found = f"{len(numbers)} are left: {', '.join(numbers)}" if numbers else "none is left"
        raise DataError(
            f"Expected one column of values; {found}.",
            where=table.where,
            hint="Name it with data.value, and the others with data.past or data.known.",
        )
    return replace(columns, value=numbers[0]), _left_out(text)


def long_series(table: SeriesTable, columns: SeriesColumns) -> tuple[SeriesTable, pd.Index]:
    """The rows of the series to forecast, and their names in the order of the table."""
    ids = table.column(columns.series_id, "data.series_id")
    table.refuse(
        ids.isna(),
        f"without a series in column {columns.series_id!r}",
        "Fill it in, or remove these rows.",
    )
    names = pd.Index(ids.astype(str).unique())
    if not columns.targets:
        return table, names
    for name in columns.targets:
        if name not in names:
            raise DataError(
                f"There is no series {name!r}, which data.targets names.",
                where=table.where,
                hint=f"In a long table it names series; {columns.series_id!r} has {len(names):,}, "
                f"such as {', '.join(names[:5])}.",
            )
    wanted = ids.astype(str).isin(columns.targets).to_numpy()
    return table.take(wanted), pd.Index(columns.targets)


def static_features(
    table: SeriesTable, columns: SeriesColumns, series: np.ndarray, count: int
) -> tuple[np.ndarray, list[str]]:
    """Static features: numbers standardised over the series, text as one feature a category.

    Args:
        table: A long table.
        columns: What its columns mean.
        series: Index of each row's series.
        count: Number of series.

    Returns:
        float32, `(series, features)`, and what they are called.
    """
    features, names = [], []
    for name in columns.static:
        column = table.column(name, "data.static")
        values = column.groupby(series).first().reindex(range(count))
        wrong = column.notna() & (column != values.to_numpy()[series])
        table.refuse(
            wrong,
            f"with another {name!r} than their series has at first; data.static is for what stays "
            "the same",
            "Correct them, or use data.past or data.known.",
            column,
        )
        table.refuse(
            values.isna().to_numpy()[series],
            f"of a series without any {name!r}",
            "Fill it in, or leave it out of data.static.",
        )
        if pd.api.types.is_numeric_dtype(column):
            numbers = values.to_numpy("float64")
            features.append((numbers - numbers.mean()) / (numbers.std() or 1.0))
            names.append(name)
            continue
        text = values.astype(str)
        for category in sorted(text.unique()):
            features.append(text.eq(category).to_numpy("float64"))
            names.append(f"{name}={category}")
    return np.stack(features, axis=1).astype("float32"), names


def _free_columns(table: SeriesTable, columns: SeriesColumns) -> tuple[list[str], list[str]]:
    """Columns that mean nothing yet: those of numbers, and those of text."""
    taken = {name for _, name in columns.named()}
    free = [name for name in table.columns if name not in taken]
    text = [name for name in free if table.is_text(name)]
    return [name for name in free if name not in text], text


def _left_out(text: list[str]) -> list[str]:
    return [f"Left out, since they hold text: {', '.join(map(repr, text))}."] if text else []
