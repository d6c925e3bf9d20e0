import pytest

from dltemplates.scaffold.updating import content_merge
from dltemplates.scaffold.updating.content_merge import Outcome
from dltemplates.scaffold.updating.line_merge import Labels

LABELS = Labels("yours", "before", "update")


def merge(base: bytes, ours: bytes, theirs: bytes, path: str = "a.txt") -> tuple[bytes, Outcome]:
    content = content_merge.merge(base, ours, theirs, path=path, labels=LABELS)
    return content.data, content.outcome


def test_one_side_alone() -> None:
    assert merge(b"a\n", b"a\n", b"b\n") == (b"b\n", Outcome.THEIRS)
    assert merge(b"a\n", b"b\n", b"a\n") == (b"b\n", Outcome.OURS)
    assert merge(b"a\n", b"b\n", b"b\n") == (b"b\n", Outcome.OURS)


def test_a_file_in_crlf_stays_so() -> None:
    base, theirs = b"a\nb\nc\nd\n", b"a\nb\nc\nD\n"
    assert merge(base, b"a\r\nb\r\nc\r\nd\r\n", theirs) == (
        b"a\r\nb\r\nc\r\nD\r\n",
        Outcome.THEIRS,
    )
    assert merge(base, b"A\r\nb\r\nc\r\nd\r\n", theirs) == (
        b"A\r\nb\r\nc\r\nD\r\n",
        Outcome.MERGED,
    )
    data, outcome = merge(base, b"a\r\nb\r\nc\r\nX\r\n", theirs)
    assert outcome is Outcome.MARKED
    assert data.count(b"\r\n") == data.count(b"\n")


def test_the_template_may_turn_to_crlf_too() -> None:
    theirs = b"a\r\nb\r\nc\r\nD\r\n"
    assert merge(b"a\nb\nc\nd\n", b"A\nb\nc\nd\n", theirs)[0] == b"A\r\nb\r\nc\r\nD\r\n"


def test_line_ends_alone_are_no_change() -> None:
    assert merge(b"a\nb\n", b"A\nb\n", b"a\r\nb\r\n") == (b"A\nb\n", Outcome.OURS)


def test_mixed_line_ends_are_kept_line_by_line() -> None:
    assert merge(b"a\nb\nc\nd\n", b"a\r\nb\nc\nd\n", b"a\nb\nc\nD\n") == (
        b"a\r\nb\nc\nD\n",
        Outcome.MERGED,
    )


@pytest.mark.parametrize(
    "ours", [b"\x00\x01", "이름 = 2\n".encode("cp949"), "a = 2\n".encode("utf-16")]
)
def test_what_is_not_utf8_is_never_merged_by_lines(ours: bytes) -> None:
    assert merge(b"a = 1\n", ours, b"a = 3\n") == (b"a = 3\n", Outcome.BESIDE)


def test_no_markers_in_a_notebook() -> None:
    assert merge(b'{"a": 1}\n', b'{"a": 2}\n', b'{"a": 3}\n', "n.ipynb")[1] is Outcome.BESIDE


def test_a_merge_that_no_longer_parses_is_none() -> None:
    """Both sides added the same key, in different places."""
    base = b"[train]\na = 1\nb = 2\nc = 3\nd = 4\n"
    ours = base.replace(b"a = 1\n", b"rate = 1\na = 1\n")
    theirs = base + b"rate = 2\n"
    assert merge(base, ours, theirs, "config.toml") == (theirs, Outcome.BESIDE)


def test_in_toml_a_value_and_its_comment_are_two_things() -> None:
    base, ours, theirs = (
        b"# of a\na = 1\nb = 1\n",
        b"# of a\na = 2\nb = 1\n",
        b"# of A\na = 1\nb = 3\n",
    )
    assert merge(base, ours, theirs, "c.toml") == (b"# of A\na = 2\nb = 3\n", Outcome.MERGED)
    assert merge(base, ours, theirs, "c.py")[1] is Outcome.MARKED
    same_key = merge(b"a = 1\n", b"a = 1\nb = 1\n", b"b = 2\na = 1\n", "c.toml")
    assert same_key[1] is not Outcome.MERGED
