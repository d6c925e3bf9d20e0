"""A server in a process of its own, as its user starts it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Server:
    """A server that runs.

    Attributes:
        port: Where.
        process: Its process.
        package: The model's name.
    """

    port: int
    process: subprocess.Popen
    package: str

    @property
    def predict(self) -> str:
        """The path for questions."""
        return f"/v1/models/{self.package}:predict"

    def memory(self) -> float:
        """What it holds in memory, MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else float("nan")


@contextmanager
def running_server(project: Path, *options: str) -> Iterator[Server]:
    """Starts `serve` in a project's folder and ends it afterwards."""
    package = next(path.parent.name for path in sorted(project.glob("*/__main__.py")))
    words = [sys.executable, "-m", package, "serve", "--port", "0", *options]
    with subprocess.Popen(words, cwd=project, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            found = re.search(r":(\d+)/v1/", line)
            if found is None:
                raise SystemExit(f"The server does not start: {line}")
            yield Server(int(found[1]), process, package)
        finally:
            process.terminate()
            if process.wait(60) != 0:
                raise SystemExit(f"The server ended with {process.returncode}.")
