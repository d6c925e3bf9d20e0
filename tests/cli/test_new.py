import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from dltemplates.cli import main
from dltemplates.errors import AnswerError

Run = Callable[..., Result]


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_creates_a_project_and_says_what_next(run: Run, place: Path) -> None:
    result = run("new", "../small", "my-app")
    assert result.exit_code == 0, result.output
    count = len(files(place / "my-app"))
    assert f"Created my-app: {count} files from small 1.2.0." in result.stdout
    assert "  cd my-app\n" in result.stdout
    assert result.stdout.endswith("  python -m my_app train\n  python -m my_app predict FILE\n")
    assert (place / "my-app/my_app/blocks.py").exists()
    assert os.listdir(place) == ["my-app"]


@pytest.mark.parametrize(
    ("dest", "args"),
    [
        ("my-app", ("--set", "network=plain", "--set", "width=8")),
        ("sub dir/it's", ("--set", "path=a b/'c'/$HOME/사진", "--package", "photos")),
        ("꽃분류", ("--set", "network=application", "--set", "backbone=ResNet50")),
        ("a", ("--package", "a", "--set", "rate=1e-5", "--set", "ema=yes", "--set", "dropout=0")),
        ("b", ("--package", "other")),
    ],
)
def test_the_printed_command_makes_the_same_project(
    run: Run, place: Path, dest: str, args: tuple[str, ...]
) -> None:
    result = run("new", "../small", dest, *args)
    assert result.exit_code == 0, result.output
    first = files(place / dest)
    (place / dest).rename(place / "first")
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("  dltemplates new")]
    command = shlex.split(line)
    assert "--defaults" in command
    assert run(*command[1:]).exit_code == 0
    assert files(place / dest) == first


def test_the_command_holds_only_what_differs(run: Run) -> None:
    args = ("--set", "network=resnet", "--set", "width=64", "--set", "rate=0.5", "--package", "a")
    output = json.loads(run("new", "../small", "a", "--json", *args).stdout)
    assert output["command"] == "dltemplates new ../small a --defaults --set rate=0.5"


def test_set_goes_before_answers(run: Run, place: Path) -> None:
    (place / "answers.toml").write_text('network = "plain"\nwidth = 8\n')
    args = ("--answers", "answers.toml", "--set", "width=16")
    answers = json.loads(run("new", "../small", "a", "--json", *args).stdout)["answers"]
    assert (answers["network"], answers["width"], answers["dropout"]) == ("plain", 16, 0.3)


def test_json(run: Run, place: Path) -> None:
    result = run("new", "../small", "꽃분류", "--json", "--set", "network=plain")
    output = json.loads(result.stdout)
    assert set(output) == {"project", "package", "template", "answers", "files", "command"}
    assert output["project"] == str(place / "꽃분류")
    assert output["package"] == "kkotbunryu"
    assert output["template"] == {"name": "small", "version": "1.2.0"}
    on_disk = files(place / "꽃분류")
    assert {f["path"]: f["size"] for f in output["files"]} == {
        path: len(data) for path, data in on_disk.items()
    }
    (place / "same.json").write_text(result.stdout)
    again = json.loads(run("new", "../small", "b", "--json", "--answers", "same.json").stdout)
    assert again["answers"] == output["answers"]


def test_dry_run_lists_what_new_writes(run: Run, place: Path) -> None:
    dry = run("new", "../small", "x/my-app", "--dry-run")
    assert dry.exit_code == 0
    assert os.listdir(place) == []
    as_json = json.loads(run("new", "../small", "x/my-app", "--dry-run", "--json").stdout)
    assert os.listdir(place) == []
    run("new", "../small", "x/my-app")
    written = {path: len(data) for path, data in files(place / "x/my-app").items()}
    assert {file["path"]: file["size"] for file in as_json["files"]} == written
    rows = [line.split() for line in dry.stdout.splitlines()]
    assert {row[1]: int(row[0].replace(",", "")) for row in rows[:-1]} == written
    assert rows[-1][:5] == [
        f"{sum(written.values()):,}",
        "bytes",
        "in",
        str(len(written)),
        "files;",
    ]


def test_into_the_empty_working_directory(run: Run, place: Path) -> None:
    (place / "here").mkdir()
    os.chdir(place / "here")
    assert run("new", "../../small", ".").exit_code == 0
    assert (place / "here/here/model.py").exists()


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("cnn-clasifier", "a"), "no template 'cnn-clasifier'.\n  Did you mean 'cnn-classifier'?"),
        (("../small", "a", "--set", "widht=8"), "Did you mean 'width'?"),
        (("../small", "a", "--set", "network=resnets"), "Did you mean 'resnet'?"),
        (("../small", "a", "--set", "width=4"), "a whole number, 8 to 512 channels; received 4"),
        (("../small", "a", "--set", "width"), "expected NAME=VALUE"),
        (("../small", "a", "--set", "backbone=ResNet50"), "used only with network=application"),
        (("../small", "a", "--answers", "none.toml"), "none.toml: cannot be read"),
        (("../small", "a", "--answers", "bad.json"), "bad.json: not valid JSON"),
        (("../small", "a", "--answers", "unknown.toml"), "Did you mean 'width'?"),
        (("../small", "a", "--pakage", "b"), "--package"),
        (("../small", "class"), "is a Python keyword.\n  Pass another: --package app_class"),
        (("../small", "keras"), "would hide the package keras"),
        (("../small", "json"), "would hide Python's own module json"),
        (("../small", "a", "--package", "a/b"), "has a path separator"),
        (("../small", "a", "--package", ""), "is empty"),
        (("../small", ""), "a project needs a folder"),
        (("../small", "猫"), "no package name follows from it.\n  Pass one: --package NAME"),
        (("../small", "full"), "is not empty: it has kept."),
        (("../small", "bad.json"), "is a file"),
        (("../small", "-x"), "No such option"),
        (("../small", "--", "-x"), "begins with a hyphen"),
        (("../small",), "Missing argument 'DEST'"),
        (("../broken", "a"), "template.toml: version: is missing"),
    ],
)
@pytest.mark.parametrize("mode", [(), ("--json",), ("--dry-run",)])
def test_bad_input(
    run: Run, place: Path, args: tuple[str, ...], expected: str, mode: tuple[str, ...]
) -> None:
    (place / "bad.json").write_text("{")
    (place / "unknown.toml").write_text("widht = 8")
    (place / "full").mkdir()
    (place / "full/kept").touch()
    (place.parent / "broken").mkdir()
    (place.parent / "broken/template.toml").write_text('name = "broken"')
    (place.parent / "broken/project").mkdir()
    before = sorted(place.rglob("*"))
    result = run("new", *mode, *args)
    assert result.exit_code not in (0, None)
    assert expected in result.stderr
    assert result.stdout == ""
    assert sorted(place.rglob("*")) == before


def test_debug_shows_the_traceback(place: Path) -> None:
    for args in (["--debug", "new", "../small", "a", "--set", "x=1"],
                 ["new", "../small", "a", "--set", "x=1", "--debug"]):  # fmt: skip
        with pytest.raises(AnswerError):
            main(args, prog_name="dltemplates", standalone_mode=False)
