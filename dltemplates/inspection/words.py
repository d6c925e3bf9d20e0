"""Amounts and lists in words."""

import re
from collections.abc import Sequence

_STEPS = {
    "s": "second", "min": "minute", "h": "hour", "D": "day", "B": "working day", "W": "week",
    "MS": "month", "ME": "month", "QS": "quarter", "QE": "quarter", "YS": "year", "YE": "year",
}  # fmt: skip


def few(names: Sequence[str], count: int) -> str:
    """The first names of many, and how many more there are."""
    shown = ", ".join(names[:count])
    return f"{shown} and {len(names) - count:,} more" if len(names) > count else shown


def few_in_korean(names: Sequence[str], count: int) -> str:
    """The same in Korean."""
    shown = ", ".join(names[:count])
    return f"{shown} 외 {len(names) - count:,}개" if len(names) > count else shown


def share(part: float) -> str:
    """A share as a percentage, never rounded to all or nothing."""
    if 0 < part < 0.01:
        return "less than 1 %"
    if 0.99 < part < 1:
        return "more than 99 %"
    return f"{part:.0%}".replace("%", " %")


def minutes(seconds: float) -> str:
    """A time that is only estimated."""
    if seconds < 10:
        return f"{max(seconds, 0.1):.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


def minutes_in_korean(seconds: float) -> str:
    """The same in Korean."""
    amount, _, unit = minutes(seconds).partition(" ")
    return amount + {"s": "초", "minutes": "분", "hours": "시간"}[unit]


def step_words(frequency: str) -> str:
    """A step of time as pandas writes it, in words: `15 minutes` for `15min`."""
    found = re.fullmatch(r"(\d*)([A-Za-z]+)(-\w+)?", frequency)
    if not found or found[2] not in _STEPS:
        return frequency
    count, unit = found[1] or "1", _STEPS[found[2]]
    return unit if count == "1" else f"{count} {unit}s"
