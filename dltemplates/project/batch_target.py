"""The file that answers are written to, and what lies beside it until it is complete."""

from pathlib import Path

import click

from dltemplates.errors import DataError, did_you_mean

ENDINGS = (".csv", ".jsonl", ".parquet")


def part_of(target: Path) -> Path:
    """Where rows are collected."""
    return target.with_name(f"{target.name}.part")


def journal_of(target: Path) -> Path:
    """What says how far the rows are."""
    return target.with_name(f"{target.name}.journal")


def is_table(path: Path | None) -> bool:
    """Whether `--to` names a file of answers, and not a folder."""
    return path is not None and path.suffix.lower() in ENDINGS and not path.is_dir()


def check_target(target: Path, *, resume: bool, overwrite: bool) -> None:
    """Refuses a file that answers cannot be written to, or that is there and shall stay.

    Raises:
        DataError: It is such a file.
    """
    suffix = target.suffix.lower()
    if suffix not in ENDINGS:
        raise DataError(
            f"Answers are not written to files that end in {suffix!r}."
            if suffix
            else "This name has no ending that says what to write.",
            where=target,
            hint=did_you_mean(suffix, ENDINGS),
        )
    if not target.parent.is_dir():
        raise DataError("There is no such folder.", where=target.parent, hint="Make it first.")
    if target.is_dir():
        raise DataError("This is a folder.", where=target, hint="Name a file with --to.")
    if overwrite or (resume and can_go_on(target)):
        return
    if target.exists():
        raise DataError(
            "This file is there already.",
            where=target,
            hint="Replace it with --overwrite, or choose another name with --to.",
        )
    if journal_of(target).exists() and not resume:
        raise DataError(
            "Answers of an unfinished prediction lie here.",
            where=part_of(target),
            hint="Go on with --resume, or start anew with --overwrite.",
        )


def can_go_on(target: Path) -> bool:
    return journal_of(target).exists() and part_of(target).exists()


def nothing_left(target: Path, *, resume: bool) -> bool:
    """Whether a prediction that should go on is complete; then says so."""
    if not resume or part_of(target).exists() or not target.is_file():
        return False
    journal_of(target).unlink(missing_ok=True)  # of a process that was killed in its last moment
    click.echo(f"{target} is complete: there is nothing to go on with.", err=True)
    return True
