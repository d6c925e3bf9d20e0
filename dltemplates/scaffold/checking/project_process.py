"""A project's own commands, run in processes that leave nothing in it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_NOT_FOR_IT = ("SERVING_URL", "PYTEST_ADDOPTS")
_LONGEST = 300  # characters of a reason


@dataclass(frozen=True)
class Ended:
    """How a process ended.

    Attributes:
        code: Its exit status; negative: the signal that ended it.
        out: What it printed.
        errors: What it printed to standard error.
    """

    code: int
    out: str
    errors: str

    @property
    def reason(self) -> str:
        """Why it failed, in a line."""
        if self.code < 0:
            return f"ended by signal {-self.code}"
        lines = [line.strip() for line in f"{self.out}\n{self.errors}".splitlines() if line.strip()]
        told = [line for line in lines if "Error: " in line]
        return (told or lines or [f"ended with {self.code}"])[-1].removeprefix("Error: ")[:_LONGEST]


@dataclass(frozen=True)
class ProjectProcess:
    """Runs Python and the project's commands in its folder.

    Attributes:
        folder: The project's folder.
        package: The name of its package.
        scratch: Where its runs and exports go.
    """

    folder: Path
    package: str
    scratch: Path

    def run(self, *arguments: str) -> Ended:
        """Runs this Python with some arguments."""
        environment = {name: value for name, value in os.environ.items() if name not in _NOT_FOR_IT}
        environment |= {"PYTHONDONTWRITEBYTECODE": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def has(self, module: str) -> bool:
        """Whether a package is installed beside the project."""
        code = f"import importlib.util as u, sys; sys.exit(u.find_spec({module!r}) is None)"
        return self.run("-I", "-c", code).code == 0

    def help(self, command: str) -> str | None:
        """What a command of the project says of itself; None if there is no such command."""
        told = self.run("-m", self.package, command, "--help")
        return told.out if told.code == 0 else None

    @cached_property
    def overview(self) -> Ended:
        """What the project says of its commands."""
        return self.run("-m", self.package, "--help")

    def command(self, name: str, *arguments: str) -> Ended:
        """Runs a command of the project, with its runs in `scratch`."""
        runs: Sequence[str] = ("--runs", str(self.scratch / "runs"))
        return self.run("-m", self.package, *runs, name, *arguments)
