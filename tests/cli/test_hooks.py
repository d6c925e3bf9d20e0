"""Hooks run if they are asked for by name, and never else."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.scaffold.small_template import MANIFEST, write_template

Run = Callable[..., Result]
HOOKS = """
[hooks]
setup = "python my_app/setup.py 'two words'"
fail = "python -c 'raise SystemExit(3)'"
nothing = "no-such-program --at all"
"""
SETUP = 'import os, sys\nopen("made.txt", "w").write(sys.argv[1])\nos.write(1, b"hello\\n")\n'


@pytest.fixture
def template(place: Path) -> str:
    files: dict[str, str | bytes] = {"my_app/setup.py": SETUP}
    write_template(place.parent / "hooked", manifest=MANIFEST + HOOKS, files=files)
    return "../hooked"


def test_no_hook_runs_by_itself(run: Run, place: Path, template: str) -> None:
    assert run("new", template, "app").exit_code == 0
    assert not (place / "app/made.txt").exists()


def test_a_hook_runs_in_the_project_once_it_is_there(
    run: Run, place: Path, template: str, capfd: pytest.CaptureFixture[str]
) -> None:
    result = run("new", template, "app", "--run-hook", "setup")
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("\nHook setup: python app/setup.py 'two words'\n")
    assert (place / "app/made.txt").read_text() == "two words"
    assert capfd.readouterr().out == "hello\n"


def test_json_stays_json(run: Run, template: str) -> None:
    result = run("new", template, "app", "--run-hook", "setup", "--json")
    assert json.loads(result.stdout)["package"] == "app"
    assert "Hook setup: " in result.stderr


@pytest.mark.parametrize(
    ("hook", "words"), [("fail", "ended with 3"), ("nothing", "No such file or directory")]
)
def test_a_hook_that_fails_leaves_the_project(
    run: Run, place: Path, template: str, hook: str, words: str
) -> None:
    result = run("new", template, "app", "--run-hook", hook, "--run-hook", "setup")
    assert result.exit_code == 1
    assert words in result.stderr
    assert "The project itself is complete." in result.stderr
    assert (place / "app/app/setup.py").exists()
    assert not (place / "app/made.txt").exists()


def test_a_dry_run_runs_no_hook(run: Run, place: Path, template: str) -> None:
    assert run("new", template, "app", "--run-hook", "setup", "--dry-run").exit_code == 0
    assert not list(place.iterdir())


def test_an_unknown_hook_is_refused_before_anything_is_written(
    run: Run, place: Path, template: str
) -> None:
    result = run("new", template, "app", "--run-hook", "setpu")
    assert "has no hook 'setpu'.\n  Did you mean 'setup'?" in result.stderr
    assert "It has none." in run("new", "../small", "app", "--run-hook", "setup").stderr
    assert not list(place.iterdir())


def test_show_lists_them(run: Run, template: str) -> None:
    assert "    setup: python my_app/setup.py" in run("show", template).stdout
    assert json.loads(run("show", template, "--json").stdout)["hooks"]["fail"].startswith("python")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("setup = 3", "hooks.setup: expected str"),
        ("setup = ''", "hooks.setup: expected a command"),
        ('setup = "a \'b"', "hooks.setup: no command"),
        ("'Set up' = 'a'", "hooks.Set up: expected a lower-case word"),
    ],
)
def test_a_malformed_hook_is_refused(run: Run, place: Path, line: str, words: str) -> None:
    write_template(place.parent / "bad", manifest=f"{MANIFEST}\n[hooks]\n{line}\n")
    assert words in run("show", "../bad").stderr
