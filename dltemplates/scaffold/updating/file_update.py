"""The files of an update: from what is on disk to what is to be there."""

import os
from collections.abc import Mapping, Sequence, Set
from pathlib import Path

from dltemplates.errors import UpdateError
from dltemplates.scaffold.files import File
from dltemplates.scaffold.updating import line_merge, project_tree, update_plan
from dltemplates.scaffold.updating.line_merge import Labels
from dltemplates.scaffold.updating.transaction import Change
from dltemplates.scaffold.updating.update_plan import Leaf, Step

_SHOWN = 5


def work_out(
    project: Path,
    pristine: Mapping[str, File],
    new: Mapping[str, File],
    labels: Labels,
    wanted: Set[str] = frozenset(),
) -> tuple[list[Step], list[Change]]:
    """Returns what happens to the files of a project, as steps and as contents.

    Args:
        project: The project's folder.
        pristine: Its files as they were rendered before, by path.
        new: Its files as they are rendered now, by path.
        labels: For the markers of conflicts.
        wanted: Paths of files that come back if they were deleted.
    """
    current = _current(project, pristine, new)
    refuse_markers(project, pristine, current)
    base = {path: f for path, f in pristine.items() if path in current or path not in wanted}
    steps = update_plan.plan(
        base, current, new, labels, taken=lambda path: os.path.lexists(project / path)
    )
    return steps, _changes(steps, current)


def replacements(project: Path, files: Sequence[File]) -> list[Change]:
    """Returns the changes that put `files` into a project, whatever is there."""
    before = project_tree.read(project, {file.path for file in files})
    changes = []
    for file in files:
        was = before.get(file.path)
        if not isinstance(was, File) or was.data != file.data:
            changes.append(Change(file.path, was if isinstance(was, File) else None, file))
    return changes


def refuse_markers(
    project: Path, pristine: Mapping[str, File], current: Mapping[str, Leaf]
) -> None:
    """Raises `UpdateError` if a file still has the conflicts that an update marked.

    Args:
        project: The project's folder.
        pristine: Its files as they were rendered, by path: what was so then is no conflict.
        current: Its files as they are, by path.
    """
    marked = [
        path
        for path, leaf in current.items()
        if isinstance(leaf, File)
        and line_merge.has_markers(leaf.data)
        and not (path in pristine and line_merge.has_markers(pristine[path].data))
    ]
    if marked:
        more = len(marked) - _SHOWN
        shown = ", ".join(marked[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
        hint = "Choose what is to stay between <<<<<<< and >>>>>>>, and delete the markers."
        raise UpdateError(f"conflicts are still marked in {shown}.", where=project, hint=hint)


def _current(
    project: Path, pristine: Mapping[str, File], new: Mapping[str, File]
) -> dict[str, Leaf]:
    """Returns what the plan has to know of the project as it is now."""
    paths = pristine.keys() | new.keys()
    current = project_tree.read(project, paths)
    # Where a file went is of interest only if the template changed it.
    missing = {
        path: file
        for path, file in pristine.items()
        if path not in current and new.get(path) != file
    }
    moved = project_tree.moved_files(project, missing, paths)
    return current | {file.path: file for file in moved}


def _changes(steps: Sequence[Step], current: Mapping[str, Leaf]) -> list[Change]:
    before = {path: leaf for path, leaf in current.items() if isinstance(leaf, File)}
    after: dict[str, File | None] = {step.remove: None for step in steps if step.remove}
    after |= {step.write.path: step.write for step in steps if step.write}
    return [Change(path, before.get(path), file) for path, file in after.items()]
