"""What may be set of data that are the generated sample."""

from collections.abc import Sequence

from dltemplates.errors import DataError


def refuse_settings(
    names: Sequence[str], setting: str, columns: Sequence[str], label: str, ignore: Sequence[str]
) -> None:
    """Refuses columns that are set for the sample, which has its own and is taken whole.

    Args:
        names: The columns of the sample.
        setting: What names columns to watch, such as `data.sensors`.
        columns: The columns that it names; all of the sample, in any order, may be named.
        label: What `data.label` says.
        ignore: What `data.ignore` says.

    Raises:
        DataError: A column is set.
    """
    given = {"data.label": [label] if label else [], "data.ignore": list(ignore)}
    if set(columns) != set(names):
        given = {setting: list(columns), **given}
    for where, chosen in given.items():
        if chosen:
            raise DataError(
                f"The sample has columns and labels of its own; {', '.join(map(repr, chosen))} "
                "would not be used.",
                where=where,
                hint=f"Set data.source to path or tfds for your own data, or leave {where} empty.",
            )
