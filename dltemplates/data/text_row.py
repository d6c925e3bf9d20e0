"""One row of a file of texts."""

from collections.abc import Sequence
from typing import Any, NamedTuple

LONGEST = 1_000_000  # characters of a text; beyond that, something is wrong with the file


class Row(NamedTuple):
    """One row: its number in the file, its two cells, or what is wrong with it."""

    number: int
    text: Any = None
    label: Any = None
    fault: str = ""


def miscounted(fields: Sequence[str], names: Sequence[str]) -> str:
    """The fault of a row that has not one field for each name."""
    plural = "" if len(fields) == 1 else "s"
    return f"has {len(fields)} field{plural} instead of {len(names)}"
