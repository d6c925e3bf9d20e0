"""Labels of rows: which are anomalies."""

import numpy as np
import pandas as pd

from dltemplates.data.series_table import SeriesTable

_WORDS = {"false": 0.0, "true": 1.0}


def read_labels(table: SeriesTable, name: str) -> tuple[np.ndarray, list[str]]:
    """The column `name` as labels, and what was decided in reading them.

    Args:
        table: The table.
        name: Its column of 0 and 1, or false and true; an empty cell counts as 0.

    Returns:
        int8, one a row: 1 for an anomaly, 0 for normal; and sentences for the record.

    Raises:
        DataError: There is no such column, or it has another value.
    """
    column = table.column(name, "data.label")
    text = column.astype(str).str.strip().str.lower()
    labels = text.map(_WORDS).fillna(pd.to_numeric(text, errors="coerce"))
    empty = column.isna() | text.eq("")
    table.refuse(
        ~labels.isin((0, 1)) & ~empty,
        f"with a label in column {name!r} that is neither 0 nor 1",
        "Write 1 for an anomaly and 0 for what is normal, or name another column with data.label.",
        column,
    )
    repairs = []
    if empty.any():
        repairs.append(f"{empty.sum():,} rows without a label in {name!r} count as normal.")
    return labels.mask(empty, 0).to_numpy("int8"), repairs
