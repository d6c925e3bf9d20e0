"""A table whose rows stand alone."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dltemplates.data.feature_table_source import assemble_table
from dltemplates.data.series_table import SeriesTable
from dltemplates.data.table_data import TableData
from dltemplates.errors import DataError
from dltemplates.inspection.column_roles import (
    anomaly_label,
    counters,
    is_flag,
    other_marks,
    target,
)
from dltemplates.inspection.finding import Finding
from dltemplates.inspection.time_column import find_times
from dltemplates.inspection.words import few, share

MISSING_LIMIT = 0.2  # of a column: the template's default
_FEWEST_IN_ORDER = 40  # rows, to say whether they follow each other
# Correlation of neighbouring rows in half of the columns. Public tables of rows that stand alone,
# but lie as they were collected, have up to 0.84. A single column is seldom such a table.
_ALIKE, _ALIKE_ALONE = 0.9, 0.5


@dataclass(frozen=True, kw_only=True)
class TableFinding(Finding):
    """A table of rows that stand alone.

    Attributes:
        count: How many rows there are.
        features: Columns of numbers.
        left_out: Other columns, and why they are none.
        label: The column that says which rows are anomalies; empty: there is none.
        target: A column that looks as if it were to be predicted from the others; empty: none does.
        target_values: The commonest of its values, and how often they come.
        missing: Share of values that are missing in the features.
        anomalies: Rows labelled as such.
        duplicate_rows: How many are the same as an earlier one.
    """

    count: int
    features: list[str]
    left_out: dict[str, str]
    label: str
    target: str
    target_values: dict[str, int]
    missing: float
    anomalies: int
    duplicate_rows: int

    def title(self) -> str:
        count = len(self.features)
        return f"a table of {self.count:,} rows and {count:,} column{'s' * (count != 1)} of numbers"

    def rows(self) -> list[tuple[str, str]]:
        left_out = few([f"{name}: {why}" for name, why in self.left_out.items()], 4)
        target = few([f"{value} {n:,}" for value, n in self.target_values.items()], 5)
        rows = [
            ("numbers", few(self.features, 8)),
            ("left out", left_out),
            ("anomalies", f"{self.label}: {self.anomalies:,} rows" if self.label else ""),
            ("target", f"{self.target}: {target}" if self.target else ""),
            ("missing", share(self.missing)),
            ("copies", f"{self.duplicate_rows:,} rows" if self.duplicate_rows else "none"),
        ]
        return [(name, words) for name, words in rows if words]


def read_feature_table(
    table: SeriesTable, path: Path, part: float = 1.0, *, watched: bool = False
) -> TableFinding:
    """Reads a table as training would.

    Args:
        table: The table.
        path: Its file.
        part: How much of the file it is.
        watched: Whether it is known that unusual rows shall be found, so that a column of 0 and 1
            that could be a target is their label.

    Raises:
        DataError: Training would refuse it, whatever columns were named.
    """
    label = anomaly_label(table)
    goal = "" if label else target(table)
    if watched and goal and is_flag(table.frame[goal]):
        label, goal = goal, ""
    left_out = dict.fromkeys(other_marks(table, label), "marks rows, as a label does")
    others = [name for name in table.columns if name not in (label, goal, *left_out)]
    left_out |= {name: "text" for name in others if table.is_text(name)}
    left_out |= counters(table, others)
    features = [name for name in others if name not in left_out]
    gaps = {name: float(table.frame[name].isna().mean()) for name in features}
    full = {name: gap for name, gap in gaps.items() if gap > MISSING_LIMIT}
    left_out |= {name: f"{share(gap)} of its values are missing" for name, gap in full.items()}
    features = [name for name in features if name not in full]
    if not features:
        raise DataError(
            "It has no column of numbers that is full enough.",
            where=table.where,
            hint="A row needs numbers to be judged by.",
        )
    found = assemble_table(table, features=features, label=label)
    if not goal or watched:
        TableData(found)  # says what training would say
    values = table.frame[goal].astype(str).value_counts().head(20) if goal else {}
    return TableFinding(
        kind="table",
        path=path,
        count=len(table),
        features=found.names,
        left_out=left_out,
        label=label,
        target=goal,
        target_values={str(value): int(count) for value, count in values.items()},
        missing=round(float(np.isnan(found.values).mean()), 4),
        anomalies=0 if found.labels is None else int(found.labels.sum()),
        duplicate_rows=int(table.frame.duplicated().sum()),
        part=part,
        concerns=(*found.repairs, *_concerns(found.labels), *_order(table, found.values)),
    )


def _concerns(labels: np.ndarray | None) -> list[str]:
    sentences = []
    if labels is not None and labels.mean() > 0.5:
        sentences.append("More rows are labelled 1 than 0: is it 1 that stands for an anomaly?")
    return sentences


def _order(table: SeriesTable, values: np.ndarray) -> list[str]:
    """A word on rows that seem to follow each other in time, where nothing says when they were."""
    if len(values) < _FEWEST_IN_ORDER or find_times(table):
        return []
    alike = [_next_alike(column) for column in values.T]
    middle = float(np.median(alike))
    if middle < (_ALIKE if len(alike) > 1 else _ALIKE_ALONE):
        return []
    return [
        f"Each row is much like the one before it (a correlation of {middle:.2f}), as measurements "
        "one after the other are, but no column holds their times, so each is judged alone. With "
        "a column of times it would be a series."
    ]


def _next_alike(column: np.ndarray) -> float:
    """The correlation of each value with the next one; 0 if it has none."""
    full = ~np.isnan(column)
    both = full[:-1] & full[1:]
    before, after = column[:-1][both], column[1:][both]
    if len(before) < _FEWEST_IN_ORDER // 2 or not (np.ptp(before) and np.ptp(after)):
        return 0.0
    return float(np.corrcoef(before, after)[0, 1])
