import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from dltemplates.cli import main


def complete(*args: str, incomplete: str = "") -> list[str]:
    shell = ShellComplete(main, {}, "dltemplates", "_DLTEMPLATES_COMPLETE")
    return [item.value for item in shell.get_completions(list(args), incomplete)]


def test_commands_and_options() -> None:
    assert complete(incomplete="n") == ["new"]
    assert complete("new", incomplete="--de") == ["--defaults", "--debug"]


def test_template_names(place: Path) -> None:
    assert complete("new", incomplete="cnn") == ["cnn-classifier"]
    assert complete("show", incomplete="cnn") == ["cnn-classifier"]


def test_parameters_and_values(place: Path) -> None:
    line = ("new", "../small", "app", "--set")
    assert complete(*line, incomplete="da") == ["dataset="]
    assert complete(*line)[:2] == ["network=", "backbone="]
    assert complete(*line, incomplete="network=") == [
        "network=resnet", "network=plain", "network=application",
    ]  # fmt: skip
    assert complete(*line, incomplete="network=pl") == ["network=plain"]
    assert complete(*line, incomplete="ema=") == ["ema=true", "ema=false"]
    assert complete(*line, incomplete="rate=") == ["rate=auto"]
    assert complete(*line, incomplete="nothing=") == []
    assert complete(*line, "width=8", "--set", incomplete="wi") == ["width="]


def test_no_template_no_parameters(place: Path) -> None:
    assert complete("new", "nothing", "app", "--set") == []
    assert complete("new", "--set") == []
    assert "new" in complete("nwe", "x")


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize(
    ("words", "replies"),
    [
        (["new", "cnn-cl"], ["cnn-classifier"]),
        (["new", "../small", "app", "--set", "netw"], ["network="]),
        (["new", "../small", "app", "--set", "network", "="], ["resnet", "plain", "application"]),
        (["new", "../small", "app", "--set", "network", "=", "pl"], ["plain"]),
        (["new", "../small", "a", "--set", "ema", "=", "true", "--set", "ra"], ["rate="]),
        (["new", "../small", "a", "--set", "ema", "=", "true", "--set", "rate", "="], ["auto"]),
    ],
)
def test_bash(place: Path, words: list[str], replies: list[str]) -> None:
    """Bash splits words at `=`, and completes the last piece alone."""
    bin_folder = place / "bin"
    bin_folder.mkdir()
    command = bin_folder / "dltemplates"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dltemplates "$@"\n')
    command.chmod(0o755)
    quoted = " ".join(f"'{word}'" for word in ("dltemplates", *words))
    script = f"""
        source <(_DLTEMPLATES_COMPLETE=bash_source dltemplates)
        compopt() {{ echo "compopt $2"; }}
        COMP_WORDS=({quoted})
        COMP_CWORD={len(words)}
        _dltemplates_completion dltemplates
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    result = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}"},
    )
    lines = result.stdout.splitlines()
    assert [line for line in lines if not line.startswith("compopt")] == replies
    if replies[0].endswith("="):
        assert "compopt nospace" in lines
