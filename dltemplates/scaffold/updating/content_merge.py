"""A file's new content from three: as it was rendered, as the user has it, as it is rendered now.

The ends of lines are a matter of their own: a file that its user turned to CRLF, or that git did,
is compared and merged as if it had not been, and stays in CRLF.
"""

from dataclasses import dataclass
from enum import Enum

from dltemplates.errors import TemplateError
from dltemplates.scaffold import syntax
from dltemplates.scaffold.updating import line_merge
from dltemplates.scaffold.updating.line_merge import Labels

# Markers would make these unreadable, and nobody edits them by hand.
_NOT_BY_LINES = (".json", ".ipynb")
# Here a line stands for itself: whoever changes a value does not mean the comment above it.
_LINE_BY_LINE = (".toml",)


class Outcome(Enum):
    """How a content came about."""

    OURS = "ours"
    THEIRS = "theirs"
    MERGED = "merged"
    MARKED = "marked"  # merged, with conflicts
    BESIDE = "beside"  # cannot be merged: both are to be kept


@dataclass(frozen=True)
class Content:
    """What a file shall hold, and how that came about."""

    data: bytes
    outcome: Outcome


def same(one: bytes, other: bytes) -> bool:
    """Whether two contents differ in the ends of their lines at most."""
    if one == other:
        return True
    return is_text(one) and is_text(other) and _with_lf(one) == _with_lf(other)


def is_text(data: bytes) -> bool:
    """Whether `data` is text in UTF-8."""
    if b"\0" in data:
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def merge(base: bytes, ours: bytes, theirs: bytes, *, path: str, labels: Labels) -> Content:
    """Returns the content of the file at `path`.

    Args:
        base: As it was rendered.
        ours: As the user has it.
        theirs: As it is rendered now.
        path: Its suffix says which syntax the result must have.
        labels: For the markers of conflicts.
    """
    if ours == theirs:
        return Content(ours, Outcome.OURS)
    if ours == base:
        return Content(theirs, Outcome.THEIRS)
    if same(base, theirs):
        return Content(ours, Outcome.OURS)
    if not (is_text(base) and is_text(ours) and is_text(theirs)):
        return Content(theirs, Outcome.BESIDE)
    crlf = _crlf_after(base, ours, theirs)
    base, ours, theirs = _with_lf(base), _with_lf(ours), _with_lf(theirs)
    if ours == theirs:
        return Content(_with_ends(ours, crlf), Outcome.OURS)
    if ours == base:
        return Content(_with_ends(theirs, crlf), Outcome.THEIRS)
    merged, conflict = line_merge.merge(base, ours, theirs, labels)
    if conflict and path.endswith(_LINE_BY_LINE):
        touching = line_merge.touching(base, ours, theirs)
        if touching is not None and _parses(path, touching):
            return Content(_with_ends(touching, crlf), Outcome.MERGED)
    if conflict and path.endswith(_NOT_BY_LINES):
        return Content(_with_ends(theirs, crlf), Outcome.BESIDE)
    if not conflict and _parses(path, ours) and not _parses(path, merged):
        return Content(_with_ends(theirs, crlf), Outcome.BESIDE)
    return Content(_with_ends(merged, crlf), Outcome.MARKED if conflict else Outcome.MERGED)


def _has_crlf(data: bytes) -> bool | None:
    """Whether lines end with CRLF: True if all do, False if none does, None if no line ends.

    A file of both is taken as it is, as if all ended with LF: what stands before it is text.
    """
    ends = data.count(b"\n")
    return data.count(b"\r\n") == ends if ends else None


def _with_lf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n") if _has_crlf(data) else data


def _with_ends(data: bytes, crlf: bool) -> bytes:
    return data.replace(b"\n", b"\r\n") if crlf else data


def _crlf_after(base: bytes, ours: bytes, theirs: bytes) -> bool:
    """A change of the ends is kept like any other: the user's, else the template's."""
    was, mine, new = (_has_crlf(data) for data in (base, ours, theirs))
    if mine is None or mine == was:
        return bool(was if new is None else new)
    return mine


def _parses(path: str, data: bytes) -> bool:
    try:
        syntax.check(path, data.decode(), where=path)
    except TemplateError:
        return False
    return True
