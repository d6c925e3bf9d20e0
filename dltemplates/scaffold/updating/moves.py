"""Files that were moved: in a template since its last version, or in a project by its user."""

from collections import Counter
from collections.abc import Mapping

from dltemplates.scaffold.files import File
from dltemplates.scaffold.updating import content_merge

_ALIKE = 0.6  # of the lines, from which on a file of a template counts as another one moved


def in_template(pristine: Mapping[str, File], new: Mapping[str, File]) -> dict[str, str]:
    """Returns where the files that a template no longer has are now, by their old path."""
    gone = [path for path in sorted(pristine) if path not in new]
    added = [path for path in sorted(new) if path not in pristine]
    alike = sorted(
        (-_likeness(pristine[old], new[path]), old, path) for old in gone for path in added
    )
    moves: dict[str, str] = {}
    for likeness, old, path in alike:
        if -likeness >= _ALIKE and old not in moves and path not in moves.values():
            moves[old] = path
    return moves


def are_alike(one: File, other: File) -> bool:
    """Whether one file may well be the other, moved and changed."""
    return _likeness(one, other) >= _ALIKE


def by_user(missing: Mapping[str, File], others: Mapping[str, bytes]) -> dict[str, str]:
    """Returns where missing files are now, as far as they were moved as they were.

    Args:
        missing: Files of the pristine project that are not at their place, by path.
        others: The user's own files, by path.
    """
    moves: dict[str, str] = {}
    for old, file in sorted(missing.items()):
        places = [path for path, data in others.items() if file.data and data == file.data]
        if len(places) == 1 and places[0] not in moves.values():
            moves[old] = places[0]
    return moves


def _likeness(one: File, other: File) -> float:
    """Returns the share of lines that two files have in common, 1 if they are the same."""
    if not one.data or not other.data:
        return 0.0  # empty files are all alike, which says nothing
    if one.data == other.data:
        return 1.0
    if not (content_merge.is_text(one.data) and content_merge.is_text(other.data)):
        return 0.0
    lines, others = one.data.splitlines(), other.data.splitlines()
    common = (Counter(lines) & Counter(others)).total()
    return 2 * common / (len(lines) + len(others))
