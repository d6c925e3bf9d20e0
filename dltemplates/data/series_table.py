"""A table of numbers as it was found, that knows which line of its file each row is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dltemplates.errors import DataError, did_you_mean

_SHOWN = 5
_LARGEST = float(np.finfo("float32").max)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([ ,']\d{3})+([.,]\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?[\d.]+,\d+")


@dataclass(frozen=True)
class SeriesTable:
    """Rows and columns before anything is known of their meaning.

    Attributes:
        frame: The table; its index counts the rows of the source from 0.
        where: What messages call the source.
        unit: What messages call a row, such as `line`.
        first: Number of the source's first row in messages.
    """

    frame: pd.DataFrame
    where: str
    unit: str = "row"
    first: int = 1

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def columns(self) -> list[str]:
        return list(self.frame.columns)

    def take(self, rows: np.ndarray) -> "SeriesTable":
        """The chosen rows: a mask, or positions."""
        frame = self.frame[rows] if rows.dtype == bool else self.frame.iloc[rows]
        return SeriesTable(frame, self.where, self.unit, self.first)

    def column(self, name: str, setting: str) -> pd.Series:
        """The column `name`, which `setting` asks for."""
        if name not in self.frame:
            raise DataError(
                f"There is no column {name!r}, which {setting} names; the columns are: "
                f"{listed(self.columns)}.",
                where=self.where,
                hint=did_you_mean(name, self.columns),
            )
        return self.frame[name]

    def is_text(self, name: str) -> bool:
        """Whether not one cell of the column is a number, not even one with a comma in it."""
        column = self.frame[name]
        if pd.api.types.is_numeric_dtype(column):
            return False
        if pd.api.types.is_datetime64_any_dtype(column):
            return True
        if column.isna().all() or _parsed(column).notna().any():
            return False
        text = column.dropna().astype(str).str.strip()
        return not any(text.str.fullmatch(form).any() for form in (_THOUSANDS, _DECIMAL_COMMA))

    def numbers(self, name: str, setting: str) -> np.ndarray:
        """The column `name` as float64; an empty cell is NaN.

        Raises:
            DataError: There is no such column, or it holds text or infinite values.
        """
        column = self.column(name, setting)
        if pd.api.types.is_datetime64_any_dtype(column):
            raise DataError(
                f"The column {name!r}, which {setting} names, holds times, not numbers.",
                where=self.where,
                hint="Name another column.",
            )
        if not pd.api.types.is_numeric_dtype(column):
            parsed = _parsed(column)
            text = column.astype(str).str.strip()
            self.refuse(
                parsed.isna() & column.notna() & text.ne(""),
                f"with text in column {name!r}, where a number is expected",
                _number_hint,
                text,
            )
            column = parsed
        values = column.to_numpy(dtype="float64", na_value=np.nan)
        self.refuse(
            np.abs(values) > _LARGEST,
            f"with an infinite number in column {name!r}",
            "Correct these cells, or empty them: an empty cell counts as missing.",
        )
        return values

    def refuse(
        self,
        wrong: np.ndarray | pd.Series,
        what: str,
        hint: str | Callable[[str], str],
        shown: pd.Series | pd.DatetimeIndex | None = None,
    ) -> None:
        """Raises a DataError that names the rows where `wrong` holds.

        Args:
            wrong: bool, one a row.
            what: What they are, such as `with text in column …`.
            hint: What to do, or a function that says so of the first row's text.
            shown: What to show of each row.
        """
        places = np.flatnonzero(wrong)
        if not len(places):
            return
        parts = []
        for place in places[:_SHOWN]:
            text = f": {_text(shown, place)!r}" if shown is not None else ""
            parts.append(f"{self.place(place)}{text}")
        more = f" and {len(places) - _SHOWN:,} more" if len(places) > _SHOWN else ""
        count = f"{len(places):,} {self.unit}{'s' if len(places) > 1 else ''}"
        if not isinstance(hint, str):
            hint = hint(_text(shown, places[0]))
        raise DataError(f"{count} {what} ({'; '.join(parts)}{more}).", where=self.where, hint=hint)

    def place(self, row: int) -> str:
        """What messages call the row at position `row`, such as `line 12`."""
        return f"{self.unit} {self.frame.index[row] + self.first:,}"


def _text(shown: pd.Series | pd.DatetimeIndex | None, place: int) -> str:
    """What `shown` has at a position, empty where it has nothing."""
    if shown is None:
        return ""
    value = shown[place] if isinstance(shown, pd.DatetimeIndex) else shown.iloc[place]
    return "" if pd.isna(value) else str(value)


def _parsed(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column.astype(str).str.strip(), errors="coerce")


def _number_hint(text: str) -> str:
    if _THOUSANDS.fullmatch(text):
        return "Write numbers without thousands separators, such as 1234.5."
    if _DECIMAL_COMMA.fullmatch(text):
        return "Write numbers with a decimal point, such as 12.5."
    return "Correct these cells, or empty them: an empty cell counts as missing."


def listed(names: Sequence[str]) -> str:
    """Names for a message, the first of many."""
    shown = ", ".join(names[: 4 * _SHOWN])
    return f"{shown} and {len(names) - 4 * _SHOWN:,} more" if len(names) > 4 * _SHOWN else shown
