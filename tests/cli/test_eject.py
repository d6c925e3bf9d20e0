import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture
def project(run: Run, place: Path) -> Path:
    assert run("new", "lstm-forecaster", "my-app", "--defaults").exit_code == 0
    return place / "my-app"


def test_says_what_it_does_and_does_it(run: Run, project: Path) -> None:
    before = run("eject", "my-app", "--dry-run")
    assert "Nothing was written." in before.stdout
    assert not (project / "my_app/library").exists()
    result = run("eject", "my-app")
    assert result.exit_code == 0, result.output
    assert "change  my_app/train.py\n" in result.stdout
    assert "add     my_app/library: " in result.stdout
    assert "files, " in result.stdout and "lines of Python of dltemplates" in result.stdout
    again = run("eject", "my-app")
    assert again.exit_code == 1
    assert "stands alone already" in again.stderr


def test_json(run: Run, project: Path) -> None:
    (project / "deploy.sh").write_text("pip install 'dltemplates[serve]'\n", "utf-8")
    answer = json.loads(run("eject", "my-app", "--json").stdout)
    assert answer["written"] and answer["library"] == "my_app/library"
    assert answer["mentions"] == ["deploy.sh"]
    copied = [path for path in answer["copied"] if path.endswith(".py")]
    lines = sum((project / path).read_text("utf-8").count("\n") for path in copied)
    assert lines == answer["lines"] > 1000


def test_uncommitted_changes_are_refused(run: Run, project: Path) -> None:
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=project, check=True)
    refused = run("eject", "my-app")
    assert refused.exit_code == 1 and "uncommitted" in refused.stderr
    assert not (project / "my_app/library").exists()
    assert run("eject", "my-app", "--allow-dirty").exit_code == 0


def test_new_standalone_says_so_and_how_to_make_it_again(run: Run, place: Path) -> None:
    result = run("new", "lstm-forecaster", "my-app", "--defaults", "--standalone")
    assert "The library's part of it, and yours now: " in result.stdout
    assert "dltemplates new lstm-forecaster my-app --defaults --standalone\n" in result.stdout
    assert b"dltemplates" not in (place / "my-app/pyproject.toml").read_bytes()


def test_no_project(run: Run, place: Path) -> None:
    for name in ("missing", "."):
        assert run("eject", name).exit_code == 1
