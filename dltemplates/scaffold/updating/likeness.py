"""How much of a project on disk is as a template renders it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dltemplates.scaffold.files import File
from dltemplates.scaffold.updating import content_merge


@dataclass(frozen=True)
class Likeness:
    """A comparison of a rendered project with the one on disk.

    Args:
        share: Of all lines of both, those that they have in common: 0 to 1.
        same: Paths of files that are just as rendered.
        different: Paths of those that are otherwise.
        missing: Paths of those that are not there.
    """

    share: float
    same: tuple[str, ...]
    different: tuple[str, ...]
    missing: tuple[str, ...]


def compare(rendered: Sequence[File], there: Mapping[str, File]) -> Likeness:
    """Compares a rendered project with the files of one on disk.

    Args:
        rendered: The files of the rendered project.
        there: Of the files that any project of the template may have, those that are there.
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


def _lines(data: bytes) -> list[bytes]:
    """Returns what is compared: lines of text, and of other files the whole."""
    return data.splitlines() if content_merge.is_text(data) else [data]
