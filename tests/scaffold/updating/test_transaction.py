"""Kills, errors and interrupts at every single step of the file system."""

import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from dltemplates.errors import TargetError, UpdateError
from dltemplates.scaffold.files import File
from dltemplates.scaffold.record import FOLDER
from dltemplates.scaffold.updating import journal, transaction
from dltemplates.scaffold.updating.transaction import Change

Tree = dict[str, tuple[bytes, bool]]

OLD = [
    File("a.txt", b"old a\n"),
    File("gone.txt", b"gone\n"),
    File("deep/only.txt", b"only\n"),
    File("place/file.txt", b"gives way\n"),
    File(".dltemplates/project.json", b"{}\n"),
    File("run.sh", b"#!\n", executable=True),
]
CHANGES = [
    Change("a.txt", OLD[0], File("a.txt", b"new a\n", executable=True)),
    Change("gone.txt", OLD[1], None),
    Change("deep/only.txt", OLD[2], None),
    Change("place/file.txt", OLD[3], None),
    Change("place", None, File("place", b"a file where a folder was\n")),
    Change("fresh/folder/b.txt", None, File("fresh/folder/b.txt", b"new b\n")),
    Change(".dltemplates/project.json", OLD[4], File(".dltemplates/project.json", b'{"n": 1}\n')),
]
# All calls by which a transaction, and the clearing up after it, touch the file system.
CALLS = ["open", "mkdir", "rmdir", "unlink", "rename", "replace", "link", "fsync", "chmod"]


def make(project: Path) -> Path:
    for file in OLD:
        place = project / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.data)
        place.chmod(0o755 if file.executable else 0o644)
    return project


def tree(project: Path) -> Tree:
    files = (place for place in project.rglob("*") if place.is_file())
    return {
        place.relative_to(project).as_posix(): (
            place.read_bytes(),
            bool(stat.S_IMODE(place.stat().st_mode) & 0o100),
        )
        for place in files
    }


@pytest.fixture
def states(tmp_path: Path) -> tuple[Tree, Tree]:
    """The state before the changes, and the one after them."""
    project = make(tmp_path / "model")
    before = tree(project)
    transaction.apply(project, CHANGES)
    return before, tree(project)


def on_call(number: int, act: Callable[[], None], names: Sequence[str] = CALLS) -> None:
    """Makes the call of that number act first. Nothing is flushed, which takes long."""
    os.fsync = lambda handle: None
    count = 0

    def wrapped(original: Callable) -> Callable:
        def call(*args, **kwargs):
            nonlocal count
            count += 1
            if count == number:
                act()
            return original(*args, **kwargs)

        return call

    for name in names:
        setattr(os, name, wrapped(getattr(os, name)))


def in_child(work: Callable[[], None]) -> int:
    """Runs `work` in a process of its own; returns how it ended."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_changes(states: tuple[Tree, Tree]) -> None:
    before, after = states
    assert set(before) - set(after) == {"gone.txt", "deep/only.txt", "place/file.txt"}
    assert after["a.txt"] == (b"new a\n", True)
    assert after["place"] == (b"a file where a folder was\n", False)
    assert after["run.sh"] == before["run.sh"]


def test_a_folder_that_becomes_empty_goes(tmp_path: Path) -> None:
    project = make(tmp_path / "p")
    transaction.apply(project, CHANGES)
    assert not (project / "deep").exists()


def test_a_kill_at_any_step(tmp_path: Path, states: tuple[Tree, Tree]) -> None:
    """Whatever the step, the next command leaves the old state or the new one."""
    before, after = states
    seen = []
    for number in range(1, 1000):
        project = make(tmp_path / str(number))

        def work(number: int = number, project: Path = project) -> None:
            on_call(number, lambda: os._exit(9))
            transaction.apply(project, CHANGES)

        if in_child(work) == 0:
            break
        transaction.recover(project)
        assert tree(project) in (before, after), number
        seen.append(tree(project) == after)
    assert number > 40
    assert seen == sorted(seen), "once it is new, it stays so"
    assert seen[0] is False and seen[-1] is True


def test_a_kill_while_it_is_undone(tmp_path: Path, states: tuple[Tree, Tree]) -> None:
    before, _ = states
    half = make(tmp_path / "half")

    def interrupted() -> None:
        on_call(2, lambda: os._exit(9), ["replace"])
        transaction.apply(half, CHANGES)

    assert in_child(interrupted) == 9
    assert (half / FOLDER / "update/journal.json").exists()
    for number in range(1, 1000):
        project = tmp_path / str(number)
        shutil.copytree(half, project)

        def work(number: int = number, project: Path = project) -> None:
            on_call(number, lambda: os._exit(9))
            transaction.recover(project)

        ended = in_child(work)
        transaction.recover(project)
        assert tree(project) == before
        if ended == 0:
            break
    assert number > 8


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_an_error_at_any_step(tmp_path: Path, states: tuple[Tree, Tree], code: int) -> None:
    before, after = states
    for number in range(1, 90, 1 if code == errno.ENOSPC else 3):
        project = make(tmp_path / str(number))

        def work(number: int = number, project: Path = project) -> None:
            on_call(number, lambda: _fail(code))
            try:
                transaction.apply(project, CHANGES)
            except (TargetError, UpdateError):
                os._exit(3)

        ended = in_child(work)
        assert ended in (0, 3)
        assert not transaction.recover(project)  # at most it clears up
        assert tree(project) == (before if ended == 3 else after), number
        assert not (project / FOLDER / "update").exists()


def _fail(code: int) -> None:
    raise OSError(code, os.strerror(code))


def test_errors_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make(tmp_path / "p")
    monkeypatch.setattr(os, "fsync", lambda handle: _fail(errno.ENOSPC))
    with pytest.raises(TargetError, match="no space left") as error:
        transaction.apply(project, CHANGES)
    assert "The project is as it was" in str(error.value)


def test_ctrl_c(tmp_path: Path, states: tuple[Tree, Tree], monkeypatch) -> None:
    project = make(tmp_path / "p")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        transaction.apply(project, CHANGES[:1])
    assert tree(project) == states[0]


def test_what_the_user_did_since_a_kill_stays(tmp_path: Path) -> None:
    project = make(tmp_path / "p")

    def work() -> None:
        on_call(2, lambda: os._exit(9), ["replace"])
        transaction.apply(project, CHANGES)

    assert in_child(work) == 9
    (project / "a.txt").write_text("mine, after the kill\n")
    assert transaction.recover(project)
    assert (project / "a.txt").read_text() == "mine, after the kill\n"
    assert (project / "gone.txt").read_bytes() == b"gone\n"
    assert not transaction.recover(project)


def test_a_file_that_is_saved_meanwhile_stops_it(tmp_path: Path) -> None:
    project = make(tmp_path / "p")
    (project / "a.txt").write_text("saved in an editor\n")
    with pytest.raises(UpdateError, match="was changed while"):
        transaction.apply(project, CHANGES)
    assert (project / "a.txt").read_text() == "saved in an editor\n"
    assert (project / "gone.txt").exists()


def test_modes_of_the_user_are_kept(tmp_path: Path) -> None:
    project = make(tmp_path / "p")
    (project / "a.txt").chmod(0o640)
    changes = [
        Change("a.txt", OLD[0], File("a.txt", b"new\n")),
        Change("run.sh", OLD[5], File("run.sh", b"#!\n")),
    ]
    transaction.apply(project, changes)
    modes = [stat.S_IMODE((project / name).stat().st_mode) for name in ("a.txt", "run.sh")]
    assert modes == [0o640, 0o644]


def test_where_links_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", lambda *_: _fail(errno.EPERM))
    project = make(tmp_path / "p")
    before = tree(project)
    monkeypatch.setattr(os, "replace", lambda *_: _fail(errno.EIO))
    with pytest.raises(UpdateError, match="half updated"):
        transaction.apply(project, CHANGES[1:2] + CHANGES[:1])
    monkeypatch.undo()
    transaction.recover(project)
    assert tree(project) == before


def test_two_at_once(tmp_path: Path) -> None:
    project = make(tmp_path / "p")
    handle = os.open(project / FOLDER, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(UpdateError, match="another update"):
        transaction.apply(project, CHANGES)
    os.close(handle)


@pytest.mark.parametrize("path", ["../outside.txt", "link/outside.txt"])
def test_a_foreign_journal_reaches_nothing_outside(tmp_path: Path, path: str) -> None:
    project = make(tmp_path / "p")
    (tmp_path / "outside.txt").write_text("not yours\n")
    (project / "link").symlink_to(tmp_path)
    stage = project / FOLDER / "update"
    stage.mkdir()
    digest = journal.digest(File("", b"not yours\n"))
    (stage / "journal.json").write_text(
        f'{{"entries": [{{"path": "{path}", "before": null, "after": "{digest}"}}], "folders": []}}'
    )
    with pytest.raises(UpdateError, match="outside"):
        transaction.recover(project)
    assert (tmp_path / "outside.txt").exists()
