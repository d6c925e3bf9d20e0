"""A walk from `new` to an export, as it happens: every line that is written, and when."""

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import TypedDict

DIGITS = Path(__file__).resolve().parents[2] / "examples" / "write_digits.py"
COMMANDS = (
    "dltemplates new cnn-classifier my-app --defaults",
    "cd my-app",
    "python -m my_app train",
    "python -m my_app evaluate",
    "python -m my_app report",
    "python -m my_app export",
    "python -m my_app predict ../photos --export export/my_app",
)


class Entry(TypedDict):
    """A command: what it wrote, and how many seconds after its start each line came."""

    command: str
    lines: list[str]
    seconds: list[float]
    took: float


def walk(scratch: Path) -> list[Entry]:
    """Runs the commands in `scratch`, where they leave my-app/ and photos/."""
    subprocess.run([sys.executable, DIGITS, "photos"], cwd=scratch, check=True)
    folder = scratch
    session = []
    for command in COMMANDS:
        words = shlex.split(command)
        if words[0] == "cd":
            folder = folder / words[1]
            session.append(Entry(command=command, lines=[], seconds=[], took=0.0))
        else:
            session.append(_run(command, words, folder))
    return session


def _run(command: str, words: list[str], folder: Path) -> Entry:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
    environment.pop("CI", None)
    began = time.monotonic()
    lines: list[str] = []
    seconds: list[float] = []
    process = subprocess.Popen(
        words,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="")
        lines.append(line.rstrip("\n"))
        seconds.append(round(time.monotonic() - began, 2))
    if process.wait():
        raise SystemExit(f"{command}: exit status {process.returncode}.")
    took = round(time.monotonic() - began, 2)
    return Entry(command=command, lines=lines, seconds=seconds, took=took)
