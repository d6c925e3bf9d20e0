"""Which columns of a table a detector watches."""

from collections.abc import Mapping, Sequence

from dltemplates.data.series_table import SeriesTable
from dltemplates.errors import DataError


def number_columns(
    table: SeriesTable, named: Sequence[str], setting: str, others: Mapping[str, Sequence[str]]
) -> list[str]:
    """The columns `named`, else all that are nothing else, those of text among them.

    Args:
        table: The table.
        named: Columns that `setting` names, if it does.
        setting: Such as `data.sensors`.
        others: Columns that are something else, by the setting that says so, such as `data.label`.

    Raises:
        DataError: A column is not there or is named twice, or none is left.
    """
    taken = {name: other for other, names in others.items() for name in names}
    if not named:
        for name, other in taken.items():  # a slip there would let a label in as a sensor
            table.column(name, other)
        left = [name for name in table.columns if name not in taken]
        if left:
            return left
        raise DataError(
            "No column is left to watch.",
            where=table.where,
            hint=f"Name some with {setting}, or leave some out of {' and '.join(others)}.",
        )
    for name in named:
        table.column(name, setting)
        if name in taken:
            raise DataError(
                f"The column {name!r} is in {taken[name]} and in {setting}.",
                where=table.where,
                hint="Name it in one of them.",
            )
    twice = [name for name in named if list(named).count(name) > 1]
    if twice:
        raise DataError(
            f"The column {twice[0]!r} is twice in {setting}.",
            where=table.where,
            hint="Name it once.",
        )
    return list(named)
