"""The questions, on a real terminal."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


class Terminal:
    """A command that runs on a pseudo-terminal."""

    def __init__(self, *args: str, **environment: str) -> None:
        self._screen, inner = pty.openpty()
        self._seen = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dltemplates", *args],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
            preexec_fn=_take_terminal,
            env={**os.environ, "TERM": "xterm", **environment},
        )
        os.close(inner)

    def expect(self, text: str) -> str:
        """Returns what was printed up to `text`, which must come within a while."""
        deadline = time.monotonic() + 30
        while text not in self._seen:
            assert time.monotonic() < deadline, f"no {text!r} in {self._seen!r}"
            more = self._read()
            assert more, f"no {text!r} in {self._seen!r}"
            self._seen += more
        before, self._seen = self._seen.split(text, 1)
        return before

    def type(self, text: str) -> None:
        os.write(self._screen, text.encode())

    def finish(self) -> str:
        """Returns the rest of the output, once the command has ended."""
        while more := self._read():
            self._seen += more
        self.process.wait(timeout=30)
        return self._seen

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._screen)

    def _read(self) -> str:
        try:
            if not select.select([self._screen], [], [], 30)[0]:
                return ""
            raw = os.read(self._screen, 65536)
        except OSError:  # the other end is closed
            return ""
        return ESCAPES.sub("", raw.decode(errors="replace")).replace("\r\n", "\n")


def _take_terminal() -> None:
    """Makes standard input the controlling terminal, so that ^C is an interrupt."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


def open_new(terminals: list[Terminal], *args: str, **environment: str) -> Terminal:
    terminals.append(Terminal("new", "../small", *args, **environment))
    return terminals[-1]


def answers(place: Path, dest: str) -> dict[str, object]:
    return json.loads((place / dest / ".dltemplates/project.json").read_text())["answers"]


def test_asks_with_default_range_and_help(place: Path, terminals: list[Terminal]) -> None:
    terminal = open_new(terminals, "app")
    terminal.expect("A small template")
    before = terminal.expect("network [resnet]: ")
    assert "Kind of network" in before
    assert "one of resnet, plain, application" in before
    terminal.type("\n")
    before = terminal.expect("width [64]: ")
    assert "Backbone" not in before
    assert "a whole number, 8 to 512 channels" in before
    terminal.type("128\n")
    terminal.expect("dropout [0.0]: ")
    terminal.type("\n")
    terminal.expect("rate [auto]: ")
    terminal.type("0.01\n")
    terminal.expect("ema [false]: ")
    terminal.type("yes\n")
    terminal.expect("dataset: ")
    terminal.type("\n")
    terminal.expect("path: ")
    terminal.type("../사진\n")
    output = terminal.finish()
    assert terminal.process.returncode == 0
    assert (
        "--set width=128 --set rate=0.01 --set ema=true --set path=../사진".replace(
            "path=../사진", "'path=../사진'"
        )
        in output
    )
    assert answers(place, "app")["width"] == 128
    assert answers(place, "app")["path"] == "../사진"


def test_asks_again_after_a_bad_answer(place: Path, terminals: list[Terminal]) -> None:
    terminal = open_new(terminals, "app")
    terminal.expect("network [resnet]: ")
    terminal.type("plian\n")
    assert "Did you mean 'plain'?" in terminal.expect("network [resnet]: ")
    terminal.type("plain\n")
    terminal.expect("width [64]: ")
    terminal.type("4\n")
    assert "8 to 512 channels; received 4" in terminal.expect("width [64]: ")
    terminal.type("8\n")
    terminal.expect("dropout [0.3]: ")
    terminal.type("!\n")
    terminal.finish()
    assert terminal.process.returncode == 0
    assert answers(place, "app") == {
        "network": "plain", "width": 8, "dropout": 0.3, "rate": "auto", "ema": False,
        "dataset": "", "path": "",
    }  # fmt: skip


def test_does_not_ask_for_what_is_given(place: Path, terminals: list[Terminal]) -> None:
    (place / "a.toml").write_text("width = 16")
    args = ("--set", "network=plain", "--answers", "a.toml")
    terminal = open_new(terminals, "app", *args)
    before = terminal.expect("dropout [0.3]: ")
    assert "width" not in before
    assert "network [" not in before
    terminal.type("!\n")
    terminal.finish()
    assert answers(place, "app")["width"] == 16


@pytest.mark.parametrize("flag", ["--defaults", "--json"])
def test_a_terminal_is_not_asked_with(place: Path, terminals: list[Terminal], flag: str) -> None:
    terminal = open_new(terminals, "app", flag)
    assert "[resnet]" not in terminal.finish()
    assert terminal.process.returncode == 0
    assert (place / "app/README.md").exists()


def test_asks_for_a_package_name_that_cannot_be_derived(
    place: Path, terminals: list[Terminal]
) -> None:
    terminal = open_new(terminals, "猫")
    terminal.expect("package name: ")
    terminal.type("json\n")
    assert "would hide Python's own module json" in terminal.expect("package name: ")
    terminal.type("neko\n")
    terminal.expect("network [resnet]: ")
    terminal.type("!\n")
    assert "--package neko" in terminal.finish()
    assert (place / "猫/neko/model.py").exists()


def test_suggests_a_package_name(place: Path, terminals: list[Terminal]) -> None:
    terminal = open_new(terminals, "3d", "--set", "network=plain")
    before = terminal.expect("package name [app_3d]: ")
    assert "begins with a digit" in before
    terminal.type("\n")
    terminal.expect("width [64]: ")
    terminal.type("!\n")
    terminal.finish()
    assert (place / "3d/app_3d").is_dir()


def test_questions_in_korean(place: Path, terminals: list[Terminal]) -> None:
    terminal = open_new(terminals, "app", LANG="ko_KR.UTF-8")
    assert "신경망의 종류" in terminal.expect("network [resnet]: ")
    terminal.type("!\n")
    terminal.finish()


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_ctrl_c_and_ctrl_d_stop(place: Path, terminals: list[Terminal], key: str) -> None:
    terminal = open_new(terminals, "x/app")
    terminal.expect("network [resnet]: ")
    time.sleep(0.3)  # Python shows the prompt a moment before it heeds ^C
    terminal.type(key)
    output = terminal.finish()
    assert "Stopped." in output
    assert "Traceback" not in output
    assert terminal.process.returncode == 130
    assert os.listdir(place) == []


def test_what_the_data_say_is_the_default(place: Path, terminals: list[Terminal]) -> None:
    (place / "data").mkdir()
    terminal = open_new(terminals, "app", "--data", "data")
    terminal.expect("network [resnet]: ")
    terminal.type("\n")
    terminal.expect("width [64]: ")
    terminal.type("!\n")
    terminal.finish()
    assert terminal.process.returncode == 0
    assert answers(place, "app")["path"] == str(place / "data")
