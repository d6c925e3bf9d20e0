"""What the columns of a table may be, by their names and values."""

import re

import pandas as pd

from dltemplates.data.series_table import SeriesTable

_ANOMALY = re.compile(
    r"(is[_ ]?)?(anomal\w*|outlier\w*|fault\w*|failure|fraud|attack|intrusion|defect\w*|abnormal|"
    r"novelty|이상\w*|불량\w*|고장\w*|결함\w*|사기)([_ ]?(label|flag))?",
    re.IGNORECASE,
)
_MARKS = re.compile(r"change[_ ]?points?|is_\w+|\w*_flag", re.IGNORECASE)
_TARGETS = frozenset(
    """target label labels class classes y species category outcome quality price survived
    정답 목표 라벨 레이블 분류""".split()
)
_VALUES = frozenset(
    "value values y target sales demand count quantity qty load price usage 값 수량 판매량".split()
)
_RARE = 0.2  # a generic label of which fewer rows are 1 is taken for an anomaly's
_FEW_CLASSES = 20


def is_flag(column: pd.Series) -> bool:
    """Whether a column holds 0 and 1, or false and true, and nothing else but empty cells."""
    values = column.dropna()
    if not pd.api.types.is_bool_dtype(values) and not pd.api.types.is_numeric_dtype(values):
        values = values.astype(str).str.strip().str.lower().replace({"false": "0", "true": "1"})
        values = values[values.ne("")]
    known = set(pd.unique(values).tolist()) if len(values) else set()
    return known in ({0, 1}, {"0", "1"}, {"0.0", "1.0"})


def flag_share(column: pd.Series) -> float:
    """The share of rows of a flag that are 1."""
    text = column.astype(str).str.strip().str.lower().replace({"false": "0", "true": "1"})
    return float(pd.to_numeric(text, errors="coerce").fillna(0).mean())


def anomaly_label(table: SeriesTable) -> str:
    """The column that says which rows are anomalies; empty if there is none.

    One that is called so, else one with a name that labels have, of which few rows are 1.
    """
    flags = [name for name in table.columns if is_flag(table.frame[name])]
    named = [name for name in flags if is_called_anomaly(name)]
    if named:
        return named[0]
    rare = [
        name
        for name in flags
        if name.lower() in _TARGETS and 0 < flag_share(table.frame[name]) <= _RARE
    ]
    return rare[0] if len(rare) == 1 else ""


def is_called_anomaly(name: str) -> bool:
    """Whether a column's name says that it marks anomalies."""
    return _ANOMALY.fullmatch(name) is not None


def other_marks(table: SeriesTable, label: str) -> list[str]:
    """Flags beside the label that mark rows as it does, such as `changepoint`, and no sensor."""
    return [
        name
        for name in table.columns
        if name != label
        and (_MARKS.fullmatch(name) or is_called_anomaly(name))
        and (is_flag(table.frame[name]) or _is_constant(table.frame[name]))
    ]


def target(table: SeriesTable) -> str:
    """The column that somebody would want to predict from the others; empty if none looks like it.

    One with a name that targets have, else a last column of few words.
    """
    named = [name for name in table.columns if name.lower() in _TARGETS]
    if named:
        return named[-1]
    last = table.columns[-1]
    words = table.is_text(last) and 2 <= table.frame[last].nunique() <= _FEW_CLASSES
    return last if words and len(table) >= 5 * table.frame[last].nunique() else ""


def series_id(table: SeriesTable, times: pd.DatetimeIndex, timestamp: str) -> str:
    """The column that tells the series of a long table apart; empty if there is none."""
    for name in sorted(table.columns, key=lambda name: not table.is_text(name)):
        column = table.frame[name]
        if name == timestamp or pd.api.types.is_float_dtype(column) or column.isna().any():
            continue
        if not 2 <= column.nunique() <= len(table) / 3:
            continue
        keys = pd.DataFrame({"series": column.astype(str).to_numpy(), "time": times})
        if not keys.duplicated().any():
            return name
    return ""


def value_column(numbers: list[str]) -> str:
    """Of several columns of numbers in a long table, the one of the values."""
    usual = [name for name in numbers if name.lower() in _VALUES]
    return (usual or numbers)[0]


def counters(table: SeriesTable, names: list[str]) -> dict[str, str]:
    """Those of `names` that only count the rows, and why they are nothing to learn from."""
    counting = [name for name in names if _counts(table.frame[name])]
    return dict.fromkeys(counting, "counts the rows")


def _counts(column: pd.Series) -> bool:
    whole = pd.api.types.is_integer_dtype(column) and len(column) > 2
    return bool(whole and (column.diff().iloc[1:] == 1).all())


def constant_columns(table: SeriesTable, names: list[str]) -> list[str]:
    """Those of `names` that never change, or have no value."""
    return [name for name in names if _is_constant(table.frame[name])]


def _is_constant(column: pd.Series) -> bool:
    return column.nunique(dropna=True) <= 1
