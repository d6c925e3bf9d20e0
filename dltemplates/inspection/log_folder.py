"""Several logs in one folder: which of them to train on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dltemplates.data.series_table_file import read_table
from dltemplates.errors import DataError
from dltemplates.inspection.file_head import file_head
from dltemplates.inspection.finding import Finding
from dltemplates.inspection.sensor_log import LogFinding
from dltemplates.inspection.words import few

_HEAD = 64 * 2**10


@dataclass(frozen=True)
class LogFolder:
    """Tables of the same columns.

    Attributes:
        path: The longest of them, by size.
        others: The others.
    """

    path: Path
    others: tuple[Path, ...]

    def about(self, finding: Finding) -> Finding:
        """What was found in the one, with a word on the others."""
        others = few([path.name for path in self.others], 3)
        told = (
            f"The folder has {len(self.others) + 1:,} tables of the same columns; a project trains "
            f"on one, and this is the largest. The others ({others}) can be asked about later: "
            "predict --data 'FOLDER/*.csv' --to FILE."
        )
        concerns = (told, *finding.concerns)
        if isinstance(finding, LogFinding):
            return replace(finding, logs=len(self.others) + 1, concerns=concerns)
        return replace(finding, concerns=concerns)


def find_logs(tables: Sequence[Path], folder: Path) -> LogFolder:
    """The tables of `folder`, if all have the same columns.

    Raises:
        DataError: They have not, or one cannot be read.
    """
    names = {path: _columns(path) for path in tables}
    usual = max(set(names.values()), key=list(names.values()).count)
    different = [path.name for path in tables if names[path] != usual]
    if different:
        raise DataError(
            f"The {len(tables):,} tables here have different columns ({few(different, 3)} unlike "
            "most), and none is called train.",
            where=folder,
            hint="Give one of the files, or call them train.csv, validation.csv and test.csv.",
        )
    largest = max(tables, key=lambda path: path.stat().st_size)
    return LogFolder(largest, tuple(path for path in tables if path != largest))


def _columns(path: Path) -> tuple[str, ...]:
    with file_head(path, _HEAD) as head:
        return tuple(read_table(head.path).columns)
