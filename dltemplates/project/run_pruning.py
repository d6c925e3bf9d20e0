"""Which runs, or parts of runs, can be deleted."""

import os
import re
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click

from dltemplates.errors import RunError
from dltemplates.training.run_folders import is_run
from dltemplates.training.run_records import RunRecord

_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True)
class Deletion:
    """A run that goes, or only its checkpoints.

    Attributes:
        run: The run.
        whole: All of it, not only checkpoints.
        bytes: What becomes free.
    """

    run: RunRecord
    whole: bool
    bytes: int

    def as_dict(self) -> dict[str, object]:
        what = "run" if self.whole else "checkpoints"
        return {"run": self.run.name, "deletes": what, "bytes": self.bytes}

    def carry_out(self) -> None:
        """Deletes.

        Raises:
            RunError: It cannot be, or the run has changed since it was chosen.
        """
        now = RunRecord(self.run.folder)
        if not is_run(now.folder) or now.state != self.run.state:
            raise RunError("This run has changed meanwhile: it is left.", where=now.folder)
        try:
            if self.whole:
                shutil.rmtree(now.folder)  # which does not follow links
            else:
                for path in _checkpoints(now):
                    path.unlink(missing_ok=True)
        except OSError as error:
            raise RunError(f"Cannot be deleted: {error.strerror}.", where=error.filename) from None


@dataclass(frozen=True)
class Pruning:
    """What would be deleted, and what is kept although it was meant.

    Attributes:
        deletions: The one.
        kept: The other: by the run's name, the reason.
    """

    deletions: list[Deletion]
    kept: dict[str, str]

    @property
    def bytes(self) -> int:
        return sum(deletion.bytes for deletion in self.deletions)


def plan_pruning(
    runs: list[RunRecord],
    *,
    unfinished: bool = False,
    keep: int | None = None,
    older_than: timedelta | None = None,
) -> Pruning:
    """Chooses what to delete: checkpoints of finished runs, which nothing needs; or whole runs.

    Args:
        runs: All runs, the newest first.
        unfinished: Choose whole runs: those that are not finished.
        keep: Choose whole runs: all but so many of the latest.
        older_than: Choose whole runs: those that started so long ago. Of several conditions all
            have to hold.
    """
    if not unfinished and keep is None and older_than is None:
        chosen = [Deletion(run, False, _bytes(_checkpoints(run))) for run in runs if _done(run)]
        return Pruning([deletion for deletion in chosen if deletion.bytes], {})
    meant = runs[keep or 0 :]
    if unfinished:
        meant = [run for run in meant if not _done(run)]
    if older_than is not None:
        limit = datetime.now().astimezone() - older_than
        meant = [run for run in meant if run.started < limit]
    kept = {run.name: reason for run in meant if (reason := _reason_to_keep(run))}
    # A run that stays may start from another; and that one from a third.
    while True:
        staying = [run for run in runs if run not in meant or run.name in kept]
        needed = {
            run.name: f"{other.name} started from it"
            for other in staying
            for run in meant
            if run.name not in kept and _starts_from(other, run)
        }
        if not needed:
            break
        kept |= needed
    whole = [run for run in meant if run.name not in kept]
    return Pruning([Deletion(run, True, _bytes(_files(run.folder))) for run in whole], kept)


def parse_age(text: str) -> timedelta:
    """`30d`, `12h` or `4w`."""
    match = re.fullmatch(r"(\d{1,6})([hdw])", text.strip())
    if match is None:
        raise click.BadParameter(f"{text!r} is no age: write 30d, 12h or 4w.")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _done(run: RunRecord) -> bool:
    return run.state == "finished"


def _reason_to_keep(run: RunRecord) -> str:
    if run.state == "training":
        return "it is training now"
    if run.may_be_training:
        return "it was written to in the last ten minutes: it may be training"
    return ""


def _starts_from(run: RunRecord, other: RunRecord) -> bool:
    named = run.start
    if not named or run is other:
        return False
    path = Path(named)
    if path.suffix == ".keras":  # a file of the run
        path = path.parent
    return named == other.name or path.name == other.name or _same(path, other.folder)


def _same(path: Path, folder: Path) -> bool:
    try:
        return path.samefile(folder)
    except OSError:
        return False


def _checkpoints(run: RunRecord) -> list[Path]:
    folder = run.folder / "checkpoints"
    if folder.is_symlink() or not folder.is_dir():
        return []
    return [
        Path(entry.path) for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)
    ]


def _files(folder: Path) -> list[Path]:
    return [Path(place, name) for place, _, names in os.walk(folder) for name in names]


def _bytes(files: list[Path]) -> int:
    """What becomes free: a file with two names here counts once, with one elsewhere not at all."""
    found: dict[tuple[int, int], list[os.stat_result]] = {}
    for file in files:
        status = file.lstat()
        found.setdefault((status.st_dev, status.st_ino), []).append(status)
    return sum(same[0].st_size for same in found.values() if same[0].st_nlink <= len(same))
