"""The options of `predict` that answer many items into a file."""

from pathlib import Path

import click

from dltemplates.project.batch_target import ENDINGS, check_target, nothing_left

resume_option = click.option(
    "--resume", is_flag=True, help="With --to FILE: go on where it was stopped or killed."
)
overwrite_option = click.option(
    "--overwrite", is_flag=True, help="With --to FILE: replace it, or start it anew."
)
table_option = click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write all answers to this .csv, .jsonl or .parquet file, millions of them if need be.",
)
all_option = click.option(
    "--all-probabilities",
    "all_classes",
    is_flag=True,
    help="With --to: a column for each class.",
)


def check_options(
    target: Path | None, *, resume: bool, overwrite: bool, others: dict[str, bool]
) -> None:
    """Looks at what was asked for before anything is loaded.

    Args:
        target: The file of answers; None: there is to be none.
        resume: Whether `--resume` was given.
        overwrite: Whether `--overwrite` was given.
        others: Further options that are for a file of answers alone, and whether they were given.

    Raises:
        click.UsageError: There is no such file, and an option is for one.
        click.exceptions.Exit: The file is complete, so that there is nothing to go on with.
        DataError: The file cannot be written, or is there already.
    """
    if target is not None:
        if nothing_left(target, resume=resume):
            raise click.exceptions.Exit(0)
        check_target(target, resume=resume, overwrite=overwrite)
        return
    endings = ", ".join(ENDINGS)
    for name, given in {**others, "--resume": resume, "--overwrite": overwrite}.items():
        if given:
            raise click.UsageError(f"{name} is for --to with a file that ends in {endings}.")
