"""Which folders are runs, found without TensorFlow."""

import os
from pathlib import Path

from dltemplates.errors import RunError, did_you_mean
from dltemplates.training.run_records import RunRecord

_SIGNS = set(
    "config.toml run.json done.json environment.json data.json history.csv checkpoints "
    "model.keras encoder.keras".split()
)
_SURE = {"run.json", "done.json", "environment.json", "checkpoints"}
_FEWEST_SIGNS = 2


def is_run(folder: Path) -> bool:
    """Whether a folder looks like that of a run, and is no link to elsewhere."""
    try:
        if folder.is_symlink() or not folder.is_dir() or (folder / "pyproject.toml").exists():
            return False
        names = {entry.name for entry in os.scandir(folder)}
    except OSError:
        return False
    return len(names & _SIGNS) >= _FEWEST_SIGNS and bool(names & _SURE)


def read_runs(parent: Path) -> list[RunRecord]:
    """Every run in a folder, the newest first."""
    try:
        folders = [Path(entry.path) for entry in os.scandir(parent)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RunError(
            f"Cannot read this folder: {error.strerror}.",
            where=parent,
            hint="Name the folder of the runs with --runs.",
        ) from None
    runs = [RunRecord(folder) for folder in folders if is_run(folder)]
    return sorted(runs, key=lambda run: (run.started, run.name), reverse=True)


def find_run(parent: Path, name: str) -> RunRecord:
    """The run called `name`: a name or a path.

    Raises:
        RunError: There is none; names the nearest.
    """
    for folder in (parent / name, Path(name)):
        if is_run(folder.resolve()):
            return RunRecord(folder)
    if name and (parent / name).is_dir():
        raise RunError("This is not a run.", where=parent / name)
    names = [run.name for run in read_runs(parent)]
    raise RunError(
        f"No such run: {name!r}.",
        where=parent,
        hint=did_you_mean(name, names) or "There are none yet: run the train command first.",
    )
