"""Numbers with a decimal comma, as much of Europe writes them between semicolons."""

import re

import pandas as pd

_DECIMAL_COMMA = r"\s*[+-]?\d*,\d+(?:[eE][+-]?\d+)?\s*"
_DECIMAL_POINT = r"\s*[+-]?(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?\s*"
_THOUSANDS = r"\s*[+-]?[1-9]\d{0,2},\d{3}\s*"  # 1,234 may be either


def has_decimal_commas(text: pd.DataFrame) -> bool:
    """Whether commas in numbers of a table are decimal commas; `text` has its cells as written.

    They are if no number has a point, and any comma cannot be one between thousands: 1,234 alone
    may be both, 0,234 and 1,23 may not.
    """
    found = False
    for name in text:
        cells = text[name].dropna().drop_duplicates()
        if cells.str.fullmatch(_DECIMAL_POINT).any():
            return False
        commas = cells[cells.str.fullmatch(_DECIMAL_COMMA)]
        found |= not commas.str.fullmatch(_THOUSANDS).all()
    return found


def is_decimal_column(lines: list[str]) -> bool:
    """Whether lines are a name and below it nothing but numbers, some of them with such a comma."""
    rows = [line.strip() for line in lines[1:] if line.strip()]
    if not rows or re.search(r"[;\t|,]", lines[0]):
        return False
    commas = [row for row in rows if re.fullmatch(_DECIMAL_COMMA, row)]
    whole = all(row in commas or re.fullmatch(r"[+-]?\d+", row) for row in rows)
    return whole and any(not re.fullmatch(_THOUSANDS, row) for row in commas)


def with_decimal_points(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with its decimal commas made points; what is no such number stays as it is."""
    changed = {}
    for name in frame:
        cells = frame[name].astype(object)
        if not cells.astype(str).str.fullmatch(_DECIMAL_COMMA).any():
            continue
        numbers = cells.map(with_decimal_point, na_action="ignore")
        parsed = pd.to_numeric(numbers, errors="coerce")
        changed[name] = parsed if parsed.notna().equals(cells.notna()) else numbers
    return frame.assign(**changed)


def with_decimal_point(cell: str) -> str:
    """`1,5` as `1.5`; what is no number with one comma as it is."""
    return cell.replace(",", ".") if re.fullmatch(_DECIMAL_COMMA, cell) else cell
