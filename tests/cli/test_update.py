import json
import os
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dltemplates.cli import add, main
from dltemplates.scaffold import catalog
from tests.scaffold.small_template import MANIFEST, write_template

Run = Callable[..., Result]


@pytest.fixture
def project(place: Path, run: Run) -> Path:
    """A project from the small template, of which there is a new version."""
    assert run("new", "../small", "app", "--defaults").exit_code == 0
    write_template(place.parent / "small", files={"README.md": "# << title >>\n\nNew words\n"})
    return place / "app"


def git(project: Path, *words: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *who, *words], cwd=project, check=True, capture_output=True)


def test_update(run: Run, project: Path) -> None:
    result = run("update", "app")
    assert result.exit_code == 0
    assert "change  README.md" in result.stdout
    assert "Updated app (small 1.2.0)." in result.stdout
    assert "New words" in (project / "README.md").read_text()
    again = run("update", "app")
    assert (again.exit_code, again.stdout) == (
        0,
        "Nothing to do: app is up to date with small 1.2.0.\n",
    )


def test_here_is_the_default(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    assert "README.md" in run("update").stdout


@pytest.mark.parametrize("option", ["--dry-run", "--diff"])
def test_looking_changes_nothing(run: Run, project: Path, option: str) -> None:
    before = {p: p.read_bytes() for p in project.rglob("*") if p.is_file()}
    result = run("update", "app", option)
    assert result.exit_code == 0
    assert {p: p.read_bytes() for p in project.rglob("*") if p.is_file()} == before
    if option == "--diff":
        assert "--- a/README.md\n+++ b/README.md\n@@" in result.stdout
        assert "+New words" in result.stdout
    else:
        assert "Nothing was written. This would update app" in result.stdout


def test_conflict(run: Run, project: Path) -> None:
    (project / "README.md").write_text("# app\n\nMy words\n")
    result = run("update", "app")
    assert result.exit_code == 1
    assert "conflict  README.md  (both changed the same lines)" in result.stdout
    assert "Conflicts in 1 file" in result.stderr
    refused = run("update", "app")
    assert refused.exit_code == 1
    assert "conflicts are still marked in README.md" in refused.stderr


def test_json(run: Run, project: Path) -> None:
    (project / "README.md").write_text("# app\n\nMy words\n")
    result = run("update", "app", "--set", "width=32", "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["conflicts"] == ["README.md"]
    assert told["answers"] == {"width": {"before": 64, "after": 32}}
    assert told["written"] is True
    assert told["template"] == {"name": "small", "before": "1.2.0", "after": "1.2.0"}
    assert {step["path"]: step["kind"] for step in told["steps"]} == {"README.md": "conflict"}


def test_uncommitted_changes_are_refused(run: Run, project: Path) -> None:
    git(project.parent, "init")
    untracked = run("update", "app")
    assert untracked.exit_code == 1
    assert "has uncommitted changes" in untracked.stderr
    git(project.parent, "add", ".")
    git(project.parent, "commit", "-m", "begin")
    (project / "notes.txt").write_text("not in the way\n")
    (project.parent / "elsewhere.txt").write_text("not in the project\n")
    (project / "config.toml").write_text("rate = 1\n")
    refused = run("update", "app")
    assert "has uncommitted changes: config.toml." in refused.stderr
    assert "--allow-dirty" in refused.stderr
    assert run("update", "app", "--dry-run").exit_code == 0
    assert run("update", "app", "--allow-dirty").exit_code == 0
    assert "New words" in (project / "README.md").read_text()


def test_a_clean_work_tree(run: Run, project: Path) -> None:
    git(project, "init")
    git(project, "add", ".")
    git(project, "commit", "-m", "begin")
    assert run("update", "app").exit_code == 0


@pytest.mark.parametrize("command", ["update", "add ci", "adopt", "eject", "verify"])
def test_an_empty_path_is_not_this_folder(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(project)
    result = run(*command.split(), "")
    assert result.exit_code == 2 and "The path is empty" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "is no folder"),
        (["."], "was not made by dltemplates"),
        (["app", "--set", "widht=3"], "Did you mean 'width'?"),
        (["app", "--set", "width=3"], "expected a whole number, 8 to 512"),
        (["app", "--template", "nothing"], "no template 'nothing'"),
    ],
)
def test_errors(run: Run, project: Path, arguments: list[str], words: str) -> None:
    result = run("update", *arguments)
    assert result.exit_code == 1
    assert words in result.stderr


def test_it_asks_for_what_is_new_on_a_terminal(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = '\n[parameters.depth]\ntype = "int"\ndefault = 3\nhelp.en = "Depth"\n'
    write_template(project.parents[1] / "small", manifest=MANIFEST + new)
    monkeypatch.setattr("dltemplates.cli.update.on_terminal", lambda: True)
    result = CliRunner().invoke(main, ["update", "app"], input="8\n")
    assert "Depth" in result.stdout and "Width" not in result.stdout
    assert "depth is new: 8." in result.stdout
    again = CliRunner().invoke(main, ["update", "app"])
    assert again.stdout.startswith("Nothing to do")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_project_that_cannot_be_written(run: Run, project: Path) -> None:
    (project / ".dltemplates").chmod(0o500)
    result = run("update", "app")
    (project / ".dltemplates").chmod(0o700)
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


def test_add_and_adopt(run: Run, place: Path) -> None:
    assert run("new", "cnn-classifier", "own", "--defaults", "--set", "docker=false").exit_code == 0
    assert not (place / "own/Dockerfile").exists()
    added = run("add", "docker", "own")
    assert "add     Dockerfile" in added.stdout and (place / "own/compose.yaml").exists()
    assert "Nothing to do" in run("add", "docker", "own").stdout
    assert json.loads(run("add", "notebook", "own", "--json").stdout)["written"]
    (place / "own/.dltemplates/project.json").unlink()
    lost = run("update", "own")
    assert "dltemplates adopt" in lost.stderr
    adopted = run("adopt", "own")
    assert "nearest to cnn-classifier 0.1.0, with:\n  notebook=true" in adopted.stdout
    assert "100.0% of the lines are alike" in adopted.stdout
    assert "Nothing to do" in run("update", "own").stdout


def test_add_knows_its_parts(run: Run, project: Path) -> None:
    shared = tomllib.loads((catalog.root() / "_shared/parameters.toml").read_text("utf-8"))
    tables = shared["parameters"]
    assert set(add.PARTS) == {name for name, table in tables.items() if table["type"] == "bool"}
    assert run("add", "coffee", "app").exit_code == 2
    result = run("add", "docker", "app")
    assert "small has no optional part 'docker'" in result.stderr


def test_adopt_as_json_writes_nothing_in_a_dry_run(run: Run, place: Path) -> None:
    run("new", "cnn-classifier", "own", "--defaults")
    (place / "own/.dltemplates/project.json").unlink()
    told = json.loads(run("adopt", "own", "--json", "--dry-run").stdout)
    assert (told["likeness"], told["written"], told["chosen"]) == (1.0, False, [])
    assert not (place / "own/.dltemplates/project.json").exists()
