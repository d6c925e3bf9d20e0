"""Making and checking templates."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from dltemplates.scaffold import catalog
from dltemplates.scaffold.checking import ruff
from tests.scaffold.small_template import write_template

Run = Callable[..., Result]


@pytest.mark.slow
@pytest.mark.parametrize("name", [*catalog.names(), str(catalog.root() / "_starter")])
def test_our_templates_pass(run: Run, name: str) -> None:
    result = run("template", "check", name, "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 0, result.stdout
    assert report["ok"] is True
    assert [check["name"] for check in report["checks"]] == [
        "manifest", "render", "leftovers", "lint", "format",
    ]  # fmt: skip
    assert all(check["passed"] for check in report["checks"])


def test_a_new_template_is_sound_and_called_as_its_folder(run: Run, place: Path) -> None:
    made = run("template", "new", "꽃 Tabular_2")
    assert made.exit_code == 0, made.output
    assert run("template", "check", "./꽃 Tabular_2").exit_code == 0
    assert catalog.find("./꽃 Tabular_2").name == "kkot-tabular-2"
    again = run("template", "new", "꽃 Tabular_2")
    assert again.exit_code == 1
    assert "is not empty" in again.stderr
    assert "starter" not in (place / "꽃 Tabular_2/README.md").read_text("utf-8")


def test_a_folder_without_a_name_makes_nothing(run: Run, place: Path) -> None:
    assert "no name of a template follows" in run("template", "new", "猫").stderr
    assert not list(place.iterdir())


FAULTS = [
    ("a.txt", "b  #% if x\n", "leftovers", "'#%' is left in line 1 of a.txt", []),
    ("a.txt", "test_my_app\n", "leftovers", "'my_app' is left in line 1 of a.txt", []),
    ("test_my_app.py", "", "leftovers", "left in the path test_my_app.py", []),
    ("a.txt", '<< "<<" >> width >>\n', "leftovers", "'<< width >>' is left", []),
    ("ema=true/x.py", "a = (\n", "render", "renders to a broken x.py", ["ema=true"]),
    ("network=plain/b.txt", "<< widht >>", "render", "'widht' is undefined", ["network=plain"]),
    ("my_app/l.py", "import os\n", "lint", "kkot_bunryu/l.py:1: F401 `os` imported but", []),
    ("my_app/l.py", "a = 1\nx = [1,2]\n", "format", "l.py:2: ruff format would write 'x = [", []),
    ("ema=true/l.py", "x = [1,2]\n", "format", "l.py:1: ruff format would", ["ema=true"]),
]


@pytest.mark.parametrize(("file", "text", "check", "words", "settings"), FAULTS)
def test_a_fault_names_its_file_and_the_answers(
    run: Run, place: Path, file: str, text: str, check: str, words: str, settings: list[str]
) -> None:
    write_template(place / "t", files={file: text, "logo.png": b"\x89PNG\x00"})
    result = run("template", "check", "t", "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert not report["ok"]
    (failed,) = [each for each in report["checks"] if each["passed"] is False]
    assert failed["name"] == check
    (finding,) = failed["findings"]
    assert finding["file"].startswith(f"project/{file}")
    assert words in finding["message"]
    assert set(settings) <= set(finding["settings"])
    shown = run("template", "check", "t")
    assert shown.exit_code == 1
    assert f"WRONG  {check:<9}  1 found\n       project/{file}" in shown.stdout
    reproduced = [part for setting in finding["settings"] for part in ("--set", setting)]
    made = run("new", "./t", "app", "--defaults", *reproduced)  # the answers are valid as they are
    assert made.exit_code == (1 if check == "render" else 0)


def test_a_broken_manifest_is_a_finding(run: Run, place: Path) -> None:
    write_template(place / "t", manifest="name = 1")
    result = run("template", "check", "t", "--json")
    assert result.exit_code == 1
    (check,) = json.loads(result.stdout)["checks"]
    assert "expected str, received 1" in check["findings"][0]["message"]


def test_without_ruff_it_says_so(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_template(place / "t", files={"my_app/l.py": "import os\n", "logo.png": b"\0"})
    monkeypatch.setattr(ruff, "command", lambda: None)
    result = run("template", "check", "t")
    assert result.exit_code == 0
    assert "note   lint       not done: ruff is not installed (python -m pip" in result.stdout


@pytest.mark.slow
def test_tests_of_projects_run_and_fail(run: Run, place: Path) -> None:
    text = "from my_app import model\n\n\ndef test():\n    assert model.build() == 'block'\n"
    clean = {"my_app/test_it.py": text.replace("'", '"'), "logo.png": b"\0"}
    write_template(place / "t", files={**clean})
    report = json.loads(run("template", "check", "t", "--test", "2", "--json").stdout)
    tests = report["checks"][-1]
    assert (tests["name"], tests["passed"]) == ("tests", False)
    assert tests["summary"].startswith("of 2 projects,")
    (finding,) = tests["findings"]  # the defaults pass
    assert "the project's tests fail" in finding["message"]
    assert any(setting.startswith("network=") for setting in finding["settings"])
