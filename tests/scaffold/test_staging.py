import errno
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import FrameType

import pytest

from dltemplates.errors import TargetError
from dltemplates.scaffold import staging
from dltemplates.scaffold.files import File

FILES = [
    File(".github/workflows/ci.yml", b"on: push\n"),
    File("README.md", b"# A\n"),
    File("a/b/c.py", b"x = 1\n"),
    File("a/d.py", b"y = 2\n"),
    File("run.sh", b"#!/bin/sh\n", executable=True),
]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


COMPLETE = {file.path: file.data for file in FILES}


def test_writes_a_project(tmp_path: Path) -> None:
    staging.write(tmp_path / "app", FILES)
    assert contents(tmp_path / "app") == COMPLETE
    assert os.listdir(tmp_path) == ["app"]
    assert os.access(tmp_path / "app/run.sh", os.X_OK)
    assert not os.access(tmp_path / "app/README.md", os.X_OK)


def test_permissions_follow_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        staging.write(tmp_path / "app", FILES)
    finally:
        os.umask(before)
    modes = {name: (tmp_path / "app" / name).stat().st_mode & 0o777 for name in ("", "a", "run.sh")}
    assert modes == {"": 0o750, "a": 0o750, "run.sh": 0o750}
    assert (tmp_path / "app/README.md").stat().st_mode & 0o777 == 0o640


def test_makes_the_folders_above(tmp_path: Path) -> None:
    staging.write(tmp_path / "x/y/앱", FILES)
    assert contents(tmp_path / "x/y/앱") == COMPLETE


def test_an_empty_target_stays_the_same_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "app"
    target.mkdir(mode=0o700)
    inode = target.stat().st_ino
    monkeypatch.chdir(target)
    staging.write(Path("."), FILES)
    assert target.stat().st_ino == inode
    assert target.stat().st_mode & 0o777 == 0o700
    assert contents(target) == COMPLETE
    assert sorted(os.listdir(".")) == [".github", "README.md", "a", "run.sh"]


def test_a_link_to_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "app").symlink_to("real")
    staging.write(tmp_path / "app", FILES)
    assert contents(tmp_path / "real") == COMPLETE


def test_refused_targets(tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    for name in "edcba":
        (full / name).touch()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nothing")
    before = everything(tmp_path)
    for name, expected in {
        "full": "is not empty: it has a, b, c and 2 more.",
        "file": "is a file.",
        "link": "is a link to nothing.",
        "file/app": "Not a directory",
        "n" * 300: "File name too long",
        "n" * 255 + "/" + "n" * 300: "File name too long",
    }.items():
        with pytest.raises(TargetError) as caught:
            staging.write(tmp_path / name, FILES)
        assert expected in str(caught.value)
        assert str(tmp_path / name) in str(caught.value)
        assert everything(tmp_path) == before


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Without the rights of root, who may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def read_only() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:  # not tmp_path, which others may not enter
        folder = Path(name)
        (folder / "empty").mkdir()
        (folder / "empty").chmod(0o555)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


@pytest.mark.parametrize("target", ["app", "x/app", "empty"])
def test_a_read_only_place(read_only: Path, unprivileged: None, target: str) -> None:
    with pytest.raises(TargetError, match="cannot be written") as caught:
        staging.write(read_only / target, FILES)
    assert "Choose a place where you may write" in str(caught.value)
    assert everything(read_only) == ["empty"]


class _FailingStream:
    """What `open` returns when writing fails halfway, once `countdown` writes have gone well."""

    def __init__(
        self, descriptor: int, mode: str, *, countdown: list[int], error: BaseException
    ) -> None:
        self._stream = os.fdopen(descriptor, mode)
        self._countdown, self._error = countdown, error

    def __enter__(self) -> "_FailingStream":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def write(self, data: bytes) -> None:
        self._countdown[0] -= 1
        if self._countdown[0] < 0:
            self._stream.write(data[: len(data) // 2])
            raise self._error
        self._stream.write(data)


TARGETS = ["app", "x/y/app", "empty"]


def fresh(tmp_path: Path, target: str, number: int) -> tuple[Path, Path]:
    root = tmp_path / str(number)
    (root / "empty").mkdir(parents=True)
    return root, root / target


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), MemoryError()]
)
def test_a_write_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, error: BaseException
) -> None:
    for number in range(len(FILES)):
        root, place = fresh(tmp_path, target, number)
        failing = partial(_FailingStream, countdown=[number], error=error)
        monkeypatch.setattr(staging, "open", failing, raising=False)
        with pytest.raises((TargetError, KeyboardInterrupt, MemoryError)) as caught:
            staging.write(place, FILES)
        if isinstance(error, OSError):
            assert "there is no space left" in str(caught.value)
        assert everything(root) == ["empty"]


@pytest.mark.parametrize("target", TARGETS)
def test_an_interrupt_at_any_line_leaves_nothing_or_everything(tmp_path: Path, target: str) -> None:
    """Raises `KeyboardInterrupt` at the 1st, 2nd, 3rd… line of staging that runs, until none is."""
    outcomes = []
    handler = signal.getsignal(signal.SIGTERM)
    for number in range(10_000):
        root, place = fresh(tmp_path, target, number)
        tracer = _Interrupter(number)
        previous = sys.gettrace()
        sys.settrace(tracer)
        try:
            staging.write(place, FILES)
        except KeyboardInterrupt:
            pass
        finally:
            sys.settrace(previous)
            signal.signal(signal.SIGTERM, handler)
        outcomes.append("complete" if contents(root) else "nothing")
        if contents(root):
            assert contents(place) == COMPLETE
        else:
            assert everything(root) == ["empty"]
        if tracer.countdown >= 0:
            break
    assert len(outcomes) > 50
    first = outcomes.index("complete")
    assert set(outcomes[:first]) == {"nothing"}
    assert set(outcomes[first:]) == {"complete"}


class _Interrupter:
    def __init__(self, countdown: int) -> None:
        self.countdown = countdown

    def __call__(self, frame: FrameType, event: str, _argument: object) -> "_Interrupter | None":
        if frame.f_code.co_filename != staging.__file__:
            return None
        if event == "line":
            self.countdown -= 1
            if self.countdown == -1:
                raise KeyboardInterrupt
        return self


MANY = """
    import sys
    from pathlib import Path
    from dltemplates.scaffold import staging
    from dltemplates.scaffold.files import File
    files = [File(f"d{i % 50}/f{i}", b"x" * 2000) for i in range(20_000)]
    staging.write(Path(sys.argv[1]), files)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("target", TARGETS)
def test_a_signal_in_the_middle_leaves_nothing(
    tmp_path: Path, number: signal.Signals, target: str
) -> None:
    root, place = fresh(tmp_path, target, 0)
    command = [sys.executable, "-c", textwrap.dedent(MANY), str(place)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not list(root.rglob("f2??")) and time.monotonic() < deadline:
        time.sleep(0.001)
    process.send_signal(number)
    assert process.wait(timeout=30) != 0
    assert everything(root) == ["empty"]


def test_the_file_system_says_when_it_is_full(tmp_path: Path) -> None:
    """A limit on the size of files is the nearest thing to a full disk that needs no rights."""
    script = """
        import resource, sys
        from pathlib import Path
        from dltemplates.errors import TargetError
        from dltemplates.scaffold import staging
        from dltemplates.scaffold.files import File
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
        try:
            staging.write(Path(sys.argv[1]), [File("a", b"x"), File("b", b"x" * 20_000)])
        except TargetError as error:
            print(error)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "x/app")]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "there is no space left" in result.stdout
    assert everything(tmp_path) == []
