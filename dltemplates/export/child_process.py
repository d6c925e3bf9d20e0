"""Scripts of this room that run in a fresh process, without what this one has loaded."""

import os
import re
import subprocess
import sys
from pathlib import Path

_LONGEST = 500  # characters of a reason
_PLACES = re.compile(r"<unknown>:0: error: (loc\(.*\): )?")  # in a graph that nobody has seen


def run_child(script: Path, *arguments: str | Path, patience: float) -> subprocess.CompletedProcess:
    """Runs a script on the CPU, and returns how it ended.

    The process that starts it may hold all of a GPU's memory, and a GPU rounds otherwise.

    Raises:
        subprocess.TimeoutExpired: It took more than `patience` seconds.
    """
    return subprocess.run(
        [sys.executable, "-E", "-P", *map(str, (script, *arguments))],
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=patience,
    )


def last_words(child: subprocess.CompletedProcess) -> str:
    """Why a process ended, in a line."""
    if child.returncode < 0:
        return f"it crashed (signal {-child.returncode})."
    lines = child.stderr.strip().splitlines() or ["it gave no reason"]
    errors = [line for line in lines if "Error: " in line]
    return _PLACES.sub("", (errors or lines)[-1])[:_LONGEST]
