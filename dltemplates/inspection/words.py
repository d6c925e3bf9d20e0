"""Amounts and lists in words."""

from collections.abc import Sequence


def few(names: Sequence[str], count: int) -> str:
    """The first names of many, and how many more there are."""
    shown = ", ".join(names[:count])
    return f"{shown} and {len(names) - count:,} more" if len(names) > count else shown


def share(part: float) -> str:
    """A share as a percentage, never rounded to all or nothing."""
    if 0 < part < 0.01:
        return "less than 1 %"
    if 0.99 < part < 1:
        return "more than 99 %"
    return f"{part:.0%}".replace("%", " %")


def minutes(seconds: float) -> str:
    """A time that is only estimated."""
    if seconds < 90:
        return f"{max(round(seconds, -1), 10):.0f} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
