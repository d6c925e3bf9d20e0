import shutil
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltemplates.scaffold.updating import line_merge
from dltemplates.scaffold.updating.line_merge import Labels

LABELS = Labels("yours", "before: small 1", "update: small 2")
LINES = st.lists(st.sampled_from("abcdefg"), max_size=8).map(
    lambda lines: "".join(f"{line}\n" for line in lines).encode()
)
MERGERS = [
    line_merge.by_difflib,
    pytest.param(
        line_merge.by_git, marks=pytest.mark.skipif(not shutil.which("git"), reason="no git")
    ),
]


def text(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


@pytest.mark.parametrize("merge", MERGERS)
def test_changes_in_different_places_are_both_taken(merge) -> None:
    base = text(*"abcdefg")
    merged, conflict = merge(base, text(*"aBcdefg"), text(*"abcdefGh"), LABELS)
    assert (merged, conflict) == (text(*"aBcdefGh"), False)


@pytest.mark.parametrize("merge", MERGERS)
def test_the_same_change_is_taken_once(merge) -> None:
    merged, conflict = merge(text(*"abc"), text(*"aXc"), text(*"aXc"), LABELS)
    assert (merged, conflict) == (text(*"aXc"), False)


@pytest.mark.parametrize("merge", MERGERS)
def test_a_conflict_has_all_three(merge) -> None:
    merged, conflict = merge(b"a\nold\nz\n", b"a\nmine\nz\n", b"a\nnew\nz\n", LABELS)
    assert conflict
    assert merged.decode().splitlines() == [
        "a", "<<<<<<< yours", "mine", "||||||| before: small 1", "old", "=======", "new",
        ">>>>>>> update: small 2", "z",
    ]  # fmt: skip
    assert line_merge.has_markers(merged)


@pytest.mark.parametrize("merge", MERGERS)
def test_markers_stand_alone_where_the_last_line_has_no_end(merge) -> None:
    merged, conflict = merge(b"old", b"mine", b"new", LABELS)
    assert conflict
    lines = merged.splitlines()
    assert {b"old", b"mine", b"new", b"======="} <= set(lines)


def test_markers_are_found_only_where_both_are() -> None:
    assert not line_merge.has_markers(b"Title\n=======\n<<<<<<< is how it begins\n")
    assert line_merge.has_markers(b"<<<<<<< HEAD\r\n=======\r\n>>>>>>> other\r\n")


def test_without_git_the_own_algorithm_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert line_merge.by_git(b"", b"", b"", LABELS) is None
    merged = line_merge.merge(b"a\nb\nc\n", b"A\nb\nc\n", b"a\nb\nC\n", LABELS)
    assert merged == (b"A\nb\nC\n", False)


@settings(max_examples=400, deadline=None)
@given(LINES, LINES, LINES)
def test_no_line_of_either_side_is_lost(base: bytes, ours: bytes, theirs: bytes) -> None:
    """Lines that one side added are there; a line vanishes only if one side took it out."""
    check_nothing_lost(line_merge.by_difflib, base, ours, theirs)


@settings(max_examples=40, deadline=None)
@given(LINES, LINES, LINES)
def test_nor_by_git(base: bytes, ours: bytes, theirs: bytes) -> None:
    if shutil.which("git"):
        check_nothing_lost(line_merge.by_git, base, ours, theirs)


def check_nothing_lost(merge, base: bytes, ours: bytes, theirs: bytes) -> None:
    merged, conflict = merge(base, ours, theirs, LABELS)
    assert conflict == line_merge.has_markers(merged)
    there = Counter(merged.splitlines())
    was = Counter(base.splitlines())
    for side in (ours, theirs):
        added = Counter(side.splitlines()) - was
        assert not added - there
    if ours == base:
        assert (merged, conflict) == (theirs, False)
    if theirs == base:
        assert (merged, conflict) == (ours, False)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("aBcd", "AbCd", "ABCd"),
        ("aXbcd", "Abcd", "AXbcd"),
        ("aXbcd", "aBcd", "aXBcd"),
        ("acd", "abCd", "aCd"),
        ("aBcd", "aBCd", None),
        ("aXbcd", "aXbcd", "aXbcd"),
        ("abcdX", "abcD", "abcDX"),
        ("aBcd", "aCcd", None),
        ("aXbcd", "aYbcd", None),
        ("aBCd", "abXd", None),
    ],
)
def test_changes_that_touch(ours: str, theirs: str, expected: str | None) -> None:
    merged = line_merge.touching(text(*"abcd"), text(*ours), text(*theirs))
    assert merged == (None if expected is None else text(*expected))


@given(LINES, LINES, LINES)
@settings(deadline=None, max_examples=100)
def test_what_merges_without_touching_merges_alike(base: bytes, ours: bytes, theirs: bytes) -> None:
    """One side alone is taken as it is, and the order of the sides does not matter."""
    assert line_merge.touching(base, ours, base) == ours
    assert line_merge.touching(base, base, theirs) == theirs
    assert line_merge.touching(base, ours, theirs) == line_merge.touching(base, theirs, ours)
