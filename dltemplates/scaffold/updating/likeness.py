"""How much of a project on disk is as a template renders it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from dltemplates.scaffold.files import File
from dltemplates.scaffold.updating import content_merge

_LETTERS = 8  # fewer are in a line that says nothing of where it is from, such as `return x`


@dataclass(frozen=True)
class Likeness:
    """A comparison of a rendered project with the one on disk.

    Args:
        share: Of all lines of both, those that they have in common: 0 to 1.
        own: Of the lines that say something, in files of the template's own, those that are there.
        same: Paths of files that are just as rendered.
        different: Paths of those that are otherwise.
        missing: Paths of those that are not there.
    """

    share: float
    own: float
    same: tuple[str, ...]
    different: tuple[str, ...]
    missing: tuple[str, ...]


def compare(
    rendered: Sequence[File], there: Mapping[str, File], own: Set[str] | None = None
) -> Likeness:
    """Compares a rendered project with the files of one on disk.

    Args:
        rendered: The files of the rendered project.
        there: Of the files that any project of the template may have, those that are there.
        own: Paths of the files that only this template has; default: all of them.
    """
    common = total = 0
    same: list[str] = []
    different: list[str] = []
    for file in rendered:
        other = there.get(file.path)
        total += lines(file)
        if other:
            common += common_lines(file, other)
            alike = content_merge.same(file.data, other.data)
            (same if alike else different).append(file.path)
    total += sum(map(lines, there.values()))
    return Likeness(
        2 * common / total if total else 0.0,
        _telling_share([file for file in rendered if own is None or file.path in own], there),
        tuple(same),
        tuple(different),
        tuple(file.path for file in rendered if file.path not in there),
    )


def lines(file: File) -> int:
    """Returns the number of lines of a file."""
    return len(_lines(file.data))


def common_lines(one: File, other: File) -> int:
    """Returns how many lines two files have in common, wherever they stand."""
    return (Counter(_lines(one.data)) & Counter(_lines(other.data))).total()


def _telling_share(rendered: Sequence[File], there: Mapping[str, File]) -> float:
    common = total = 0
    for file in rendered:
        wanted = _telling(file)
        total += wanted.total()
        if other := there.get(file.path):
            common += (wanted & _telling(other)).total()
    return common / total if total else 0.0


def _telling(file: File) -> Counter[bytes]:
    lines = (line.strip() for line in _lines(file.data))
    return Counter(line for line in lines if len(re.findall(rb"\w", line)) >= _LETTERS)


def _lines(data: bytes) -> list[bytes]:
    """Returns what is compared: lines of text, and of other files the whole."""
    return data.splitlines() if content_merge.is_text(data) else [data]
