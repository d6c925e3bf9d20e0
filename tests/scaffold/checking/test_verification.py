"""`verify` in projects of anyone: small ones, whose commands are a few lines without TensorFlow."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dltemplates.cli import main
from dltemplates.scaffold.checking.verification import STEPS, wanted_steps
from dltemplates.scaffold.files import File
from dltemplates.scaffold.record import Record

COMMANDS = """
import json
import sys
from pathlib import Path

words = sys.argv[1:]
if words[:1] == ["--runs"]:
    runs, words = Path(words[1]), words[2:]
if words == ["--help"]:
    print("--runs")
elif words == ["train", "--help"]:
    print("--set, --max-steps")
elif words[:1] == ["train"]:
    FAILURE
    runs.mkdir()
    (runs / "trained").write_text(" ".join(words))
elif words == ["export", "--help"] and EXPORTS:
    print("--to --check-only")
elif words[:1] == ["export"] and EXPORTS:
    to = Path(words[words.index("--to") + 1])
    if "--check-only" in words:
        parity = {"largest_difference": DIFFERENCE, "tolerance": 1e-5}
        print(json.dumps({"export": str(to), "parity": parity}))
    else:
        assert (runs / "trained").read_text().endswith("--max-steps 10")
        to.mkdir()
        (to / "model").write_text("x")
else:
    sys.exit("Error: No such command")
"""


def write(
    folder: Path, failure: str = "assert words", exports: bool = True, difference: str = "1e-7"
) -> Path:
    project = folder / "small"
    (project / "small").mkdir(parents=True)
    text = COMMANDS.replace("FAILURE", failure).replace("EXPORTS", str(exports))
    (project / "small/__init__.py").write_text("")
    (project / "small/__main__.py").write_text(text.replace("DIFFERENCE", difference).lstrip("\n"))
    (project / "test_it.py").write_text("def test_it():\n    assert 1 + 1 == 2\n")
    made = Record("theirs", "/theirs", "1", "small", "small", {}, ())
    for file in made.files([File("test_it.py", b"")]):
        (project / file.path).parent.mkdir(exist_ok=True)
        (project / file.path).write_bytes(file.data)
    return project


def verify(project: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["verify", str(project), *words])


def states(result: Result) -> dict[str, str]:
    answer = json.loads(result.stdout)
    assert answer["ok"] == (result.exit_code == 0)
    assert all(step["seconds"] >= 0 for step in answer["steps"])
    return {step["subject"]: step["state"] for step in answer["steps"]}


def test_a_line_each_and_nothing_is_left(tmp_path: Path) -> None:
    project = write(tmp_path)
    before = sorted(project.rglob("*"))
    result = verify(project)
    assert result.exit_code == 0, result.output
    assert sorted(project.rglob("*")) == before
    lines = result.stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["ok", step] for step in ("lint", "tests", "train", "export", "parity")
    ]
    assert "1 passed, " in lines[1] and "10 steps" in lines[2]
    assert "off by 1.0e-07 at most of 1e-05" in lines[4]
    assert all(line.endswith(" s") for line in lines)


@pytest.mark.slow
def test_what_is_wrong_is_said_with_what_to_do(tmp_path: Path) -> None:
    project = write(tmp_path, failure='sys.exit("Error: The data are gone.")')
    (project / "small/own.py").write_text("import os\n")
    (project / "test_it.py").write_text("def test_it():\n    assert  1 == 2\n")
    result = verify(project)
    assert result.exit_code == 1
    text = result.stdout
    assert "to correct: small/own.py:1:8: F401" in text
    assert "; not formatted: test_it.py" in text
    assert "WRONG  tests   1 failed: test_it.py::test_it" in text
    assert "WRONG  train   The data are gone." in text
    assert "→ python -m small train --debug" in text
    assert "note   export  left out: it needs train\n" in text
    assert "note   parity  left out: it needs export\n" in text
    assert set(states(verify(project, "--json", "--skip", "tests")).values()) == {"wrong", "note"}


def test_a_command_that_is_missing_is_a_note(tmp_path: Path) -> None:
    project = write(tmp_path, exports=False)
    found = states(verify(project, "--json", "--skip", "lint", "--skip", "tests"))
    assert found == {"train": "ok", "export": "note", "parity": "note"}


def test_no_commands_at_all(tmp_path: Path) -> None:
    project = write(tmp_path)
    (project / "small/__main__.py").unlink()
    result = verify(project, "--only", "train")
    assert result.exit_code == 1 and "No module named small.__main__" in result.stdout


def test_nothing_to_check_is_no_success(tmp_path: Path) -> None:
    skipped = [word for step in STEPS for word in ("--skip", step)]
    result = verify(write(tmp_path), *skipped)
    assert result.exit_code == 2 and "nothing would be checked" in result.stderr


def test_steps_bring_what_they_need() -> None:
    assert wanted_steps(set(), set()) == ["lint", "tests", "train", "export", "parity"]
    assert wanted_steps({"parity"}, set()) == ["train", "export", "parity"]
    assert wanted_steps(set(), {"tests", "parity"}) == ["lint", "train", "export"]


@pytest.mark.parametrize("words", [["nowhere"], ["."], [".", "--only", "everything"]])
def test_bad_input(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["verify", *words])
    assert result.exit_code in (1, 2)
    assert "Traceback" not in result.output and result.stderr
