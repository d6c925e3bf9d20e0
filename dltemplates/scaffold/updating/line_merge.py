"""Merging lines that a user and a template have both changed."""

import difflib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_OURS, _BASE, _MIDDLE, _THEIRS = b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>"


@dataclass(frozen=True)
class Labels:
    """What the markers of a conflict are followed by.

    Args:
        ours: Above the user's lines.
        base: Above the lines as they were rendered before.
        theirs: Below the lines as they are rendered now.
    """

    ours: str
    base: str
    theirs: str


def merge(base: bytes, ours: bytes, theirs: bytes, labels: Labels) -> tuple[bytes, bool]:
    """Returns the merged lines, and whether they have conflicts, marked with the base between.

    `git merge-file` does it where there is a git, as it knows best which lines belong together.
    """
    return by_git(base, ours, theirs, labels) or by_difflib(base, ours, theirs, labels)


def touching(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Returns the merge of changes that touch but do not overlap; None if some do.

    To `merge` these are conflicts, since lines of code that touch mostly belong together.
    """
    o, a, b = (data.splitlines(keepends=True) for data in (base, ours, theirs))
    merged: list[bytes] = []
    at, inserted = 0, -1
    for start, end, lines in sorted({*_hunks(o, a), *_hunks(o, b)}):
        if start < at or start == end == inserted:
            return None
        merged += [*o[at:start], *lines]
        at, inserted = end, start if start == end else -1
    return b"".join([*merged, *o[at:]])


def _hunks(base: list[bytes], other: list[bytes]) -> Iterator[tuple[int, int, tuple[bytes, ...]]]:
    """Yields which lines of `base` have become which."""
    for kind, start, end, first, last in _matcher(base, other).get_opcodes():
        if kind != "equal":
            yield start, end, tuple(other[first:last])


def has_markers(data: bytes) -> bool:
    """Whether conflicts are marked in `data`."""
    lines = data.splitlines()
    return all(any(line.startswith(marker + b" ") for line in lines) for marker in (_OURS, _THEIRS))


def by_git(base: bytes, ours: bytes, theirs: bytes, labels: Labels) -> tuple[bytes, bool] | None:
    """Returns the merge by `git merge-file`; None if there is no git or it fails."""
    if (git := shutil.which("git")) is None:
        return None
    names = {"ours": ours, "base": base, "theirs": theirs}
    with tempfile.TemporaryDirectory(prefix="dltemplates-") as folder:
        for name, data in names.items():
            Path(folder, name).write_bytes(data)
        marked = [word for name in names for word in ("-L", getattr(labels, name))]
        command = [git, "merge-file", "--stdout", "--diff3", *marked, *names]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        try:
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True)
        except OSError:
            return None
    if not 0 <= done.returncode <= 127:  # else it is the number of conflicts
        return None
    return done.stdout, done.returncode > 0


def by_difflib(base: bytes, ours: bytes, theirs: bytes, labels: Labels) -> tuple[bytes, bool]:
    """Returns the merge by the algorithm of diff3."""
    a, b, o = (data.splitlines(keepends=True) for data in (ours, theirs, base))
    merged: list[bytes] = []
    conflict = False
    at_a = at_b = at_o = 0
    for start, size, in_a, in_b in _stable(o, a, b):
        left, right, between = a[at_a:in_a], b[at_b:in_b], o[at_o:start]
        if left == right or right == between:
            merged += left
        elif left == between:
            merged += right
        else:
            conflict = True
            merged += _marked(left, between, right, labels)
        merged += o[start : start + size]
        at_a, at_b, at_o = in_a + size, in_b + size, start + size
    return b"".join(merged), conflict


def _stable(o: list[bytes], a: list[bytes], b: list[bytes]) -> Iterator[tuple[int, int, int, int]]:
    """Yields the runs of lines of `o` that both others kept: start, size, starts in both."""
    in_a, in_b = (_matching(o, other) for other in (a, b))
    start = 0
    while start < len(o):
        if start not in in_a or start not in in_b:
            start += 1
            continue
        size = 1
        while (
            in_a.get(start + size) == in_a[start] + size
            and in_b.get(start + size) == in_b[start] + size
        ):
            size += 1
        yield start, size, in_a[start], in_b[start]
        start += size
    yield len(o), 0, len(a), len(b)


def _matching(base: list[bytes], other: list[bytes]) -> dict[int, int]:
    """Returns where the lines of `base` are in `other`, as far as they are there in order."""
    return {
        block.a + offset: block.b + offset
        for block in _matcher(base, other).get_matching_blocks()
        for offset in range(block.size)
    }


def _matcher(base: list[bytes], other: list[bytes]) -> difflib.SequenceMatcher[bytes]:
    return difflib.SequenceMatcher(None, base, other, autojunk=False)


def _marked(
    ours: list[bytes], base: list[bytes], theirs: list[bytes], labels: Labels
) -> list[bytes]:
    return [
        _OURS + f" {labels.ours}\n".encode(),
        *_ended(ours),
        _BASE + f" {labels.base}\n".encode(),
        *_ended(base),
        _MIDDLE + b"\n",
        *_ended(theirs),
        _THEIRS + f" {labels.theirs}\n".encode(),
    ]


def _ended(lines: list[bytes]) -> list[bytes]:
    """Returns the lines with an end to the last one, which a file may lack."""
    if lines and not lines[-1].endswith(b"\n"):
        return [*lines[:-1], lines[-1] + b"\n"]
    return lines
