"""Which columns of a table hold the texts and their labels."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dltemplates.errors import DataError, did_you_mean

_SHOWN = 20
_LENGTH = 40  # of a name in a message
USUAL = {
    "text": "document review sentence content contents comment body message 내용 본문 리뷰 문장",
    "label": "class category sentiment target rating labels tags 라벨 레이블 분류 감정",
}


@dataclass(frozen=True)
class Columns:
    """The names of the two columns; an empty label: there are no labels to read."""

    text: str
    label: str = ""

    def places(self, names: Sequence[str], path: Path) -> tuple[int, int | None]:
        """Where text and label stand among the columns of these names.

        Raises:
            DataError: One is not there, or there twice, or both are the same.
        """
        names = [name.strip() for name in names]
        if self.text == self.label:
            raise DataError(
                f"data.text_column and data.label_column both name {self.text!r}.",
                where=path,
                hint=f"Name two columns of: {_listed(names)}.",
            )
        if not self.label:
            return _place(names, self.text, "text", "--text-column", path), None
        text = _place(names, self.text, "text", "data.text_column", path)
        return text, _place(names, self.label, "label", "data.label_column", path)


def choose_separator(head: str, columns: Columns, suffix: str) -> str:
    """What stands between fields: what makes the wanted names out of the line `head`.

    Args:
        head: The first line of a file.
        columns: The wanted names.
        suffix: The file's, whose usual separator is tried first.
    """
    candidates = ",;\t|" if suffix == ".csv" else "\t,;|"
    wanted = {columns.text, columns.label} - {""}

    def fitness(separator: str) -> tuple[int, int]:
        try:
            names = next(csv.reader([head], delimiter=separator), [])
        except csv.Error:  # a bare carriage return, or a field beyond the module's limit
            names = head.split(separator)
        fields = [name.strip() for name in names]
        return len(wanted & set(fields)), len(fields)

    return max(candidates, key=fitness)


def _place(names: list[str], name: str, role: str, setting: str, path: Path) -> int:
    if names.count(name) == 1:
        return names.index(name)
    if name in names:
        raise DataError(f"Two columns are called {name!r}.", where=path, hint="Rename one.")
    usual = [other for other in names if other.lower() in USUAL[role].split()]
    hint = f"Is it {usual[0]!r}?" if usual else did_you_mean(name, [_short(n) for n in names])
    raise DataError(
        f"There is no column {name!r}; the columns are: {_listed(names)}.",
        where=path,
        hint=f"{hint} Set {setting}.",
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(_short(name) for name in names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else shown


def _short(name: str) -> str:
    return name if len(name) <= _LENGTH else f"{name[:_LENGTH]}…"
