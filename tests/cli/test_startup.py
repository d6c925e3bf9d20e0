"""The command starts at once: it is used by hand, and by shells while they complete."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"keras", "tensorflow", "numpy", "pydantic", "pandas", "matplotlib", "sklearn", "PIL"}


def cpu_seconds(*command: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratio(command: tuple[str, ...], baseline: tuple[str, ...], rounds: int = 7) -> float:
    """Returns how many times the CPU time of `baseline` the `command` takes, at best."""
    pairs = [(cpu_seconds(*command), cpu_seconds(*baseline)) for _ in range(rounds)]
    return min(pair[0] for pair in pairs) / min(pair[1] for pair in pairs)


CLICK = (sys.executable, "-c", "import click")
DLTEMPLATES = (sys.executable, "-m", "dltemplates")


def test_help_costs_little_more_than_click() -> None:
    assert ratio((*DLTEMPLATES, "--help"), CLICK) <= 1.6


def test_new_costs_at_most_half_of_copier(place: Path) -> None:
    """Importing Copier takes 8.6 times the CPU time of importing click, without any rendering."""
    command = (*DLTEMPLATES, "new", "cnn-classifier", "app", "--dry-run")
    assert ratio(command, CLICK) <= 0.5 * 8.6


@pytest.mark.parametrize(
    "args",
    [
        ["--help"],
        ["list"],
        ["show", "cnn-classifier"],
        ["new", "cnn-classifier", "app", "--defaults"],
        ["new", "cnn-classifier", "app", "--defaults", "--json"],
        ["update", "made", "--set", "width=32"],
        ["add", "notebook", "made"],
    ],
)
def test_never_imports_what_training_needs(place: Path, args: list[str]) -> None:
    if "made" in args:
        new = ["new", "cnn-classifier", "made", "--defaults"]
        subprocess.run([*DLTEMPLATES, *new], check=True, capture_output=True)
    script = f"""
import sys
from dltemplates.cli import main
main({args!r}, standalone_mode=False)
print("loaded", *(name for name in sys.modules if "." not in name))
"""
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(result.stdout.splitlines()[-1].split())
    assert "click" in loaded
    assert not loaded & HEAVY
