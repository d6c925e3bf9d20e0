"""Projects of every template with the library code that they use."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dltemplates.errors import TargetError, UpdateError
from dltemplates.scaffold import answers, catalog, record
from dltemplates.scaffold.ejecting import ejection
from dltemplates.scaffold.ejecting.carried_library import copied_files
from dltemplates.scaffold.ejecting.standalone import standalone
from dltemplates.scaffold.generate import generate
from dltemplates.scaffold.updating import adoption, update

PACKAGE = "a_rather_long_name_for_a_package_of_ours"
OTHERS = {
    "cnn-classifier": ["network=application", "notebook=true"],
    "lstm-forecaster": ["network=plain", "serve=false"],
    "autoencoder-anomaly": ["kind=table", "docker=false"],
    "transformer-classifier": ["network=ngram", "tokenization=subword"],
}


def write(template: str, target: Path, *settings: str, alone: bool = False) -> Path:
    found = catalog.find(template)
    chosen = answers.resolve(found, answers.from_settings(settings, found))
    project = generate(found, chosen, target, title=target.name, package=PACKAGE, standalone=alone)
    project.write()
    return target


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("template", OTHERS)
def test_stands_alone(template: str, tmp_path: Path) -> None:
    project = write(template, tmp_path / "p", *OTHERS[template], alone=True)
    files = contents(project)
    assert b"dltemplates" not in files["pyproject.toml"]
    assert b"finds it in your package index" not in files["README.md"]
    assert b"Apache License" in files[f"{PACKAGE}/library/LICENSE"]
    for path, data in files.items():
        if path.endswith(".py"):
            assert_imports_are_there(project / path, ast.parse(data))
    for arguments in (["check"], ["format", "--check"]):
        command = [sys.executable, "-m", "ruff", *arguments, "--no-cache", "."]
        result = subprocess.run(command, cwd=project, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout


def assert_imports_are_there(file: Path, tree: ast.AST) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert not [each for each in node.names if each.name.startswith("dltemplates")], file
        elif isinstance(node, ast.ImportFrom):
            assert not (node.module or "").startswith("dltemplates"), file
            if node.level:
                place = file.parents[node.level - 1].joinpath(*(node.module or "").split("."))
                names = [place / f"{each.name}.py" for each in node.names]
                there = [place.with_suffix(".py"), place / "__init__.py", *names]
                assert any(each.exists() for each in there), f"{file}: {node.module}"


@pytest.mark.parametrize("name", ["config.toml", f"{PACKAGE}/train.py", "compose.yaml"])
def test_marked_conflicts_are_refused(name: str, tmp_path: Path) -> None:
    project = write("lstm-forecaster", tmp_path / "p")
    with (project / name).open("a") as file:
        file.write("<<<<<<< yours\na = 1\n||||||| before: x\n=======\na = 2\n>>>>>>> update: x\n")
    before = contents(project)
    with pytest.raises(UpdateError, match=f"still marked in {name}"):
        ejection.prepare(project)
    assert contents(project) == before


def test_ejected_later_is_the_same_and_an_update_has_nothing_to_do(tmp_path: Path) -> None:
    made = write("lstm-forecaster", tmp_path / "made" / "p", alone=True)
    project = write("lstm-forecaster", tmp_path / "ejected" / "p")
    ejection.prepare(project).apply()
    assert contents(project) == contents(made)
    assert record.read(project).standalone
    assert not update.prepare(project).changes


def test_what_the_owner_wrote_stays_and_takes_its_library_along(tmp_path: Path) -> None:
    project = write("cnn-classifier", tmp_path / "p")
    data = project / PACKAGE / "data.py"
    data.write_text(data.read_text("utf-8") + "\n\nMINE = 1\n", "utf-8")
    own = project / PACKAGE / "own.py"
    own.write_text("from dltemplates.layers import SpanDropout\nx = SpanDropout\n", "utf-8")
    (project / "requirements.txt").write_text("dltemplates[serve]>=0.1\n", "utf-8")
    (project / "unfinished.py").write_text("def (", "utf-8")  # names nothing of ours
    ejected = ejection.prepare(project)
    ejected.apply()
    assert ejected.mentions == ("requirements.txt",)
    assert data.read_text("utf-8").endswith("\n\nMINE = 1\n")
    assert own.read_text("utf-8") == "from .library.layers import SpanDropout\nx = SpanDropout\n"
    assert (project / PACKAGE / "library/layers/span_dropout.py").exists()
    assert record.read(project).library == ("dltemplates.layers.span_dropout",)
    later = update.prepare(project, ["network=plain"])  # the same, from the record alone
    assert not later.conflicts
    later.apply()
    assert (project / PACKAGE / "library/layers/span_dropout.py").exists()
    assert "MINE = 1" in data.read_text("utf-8")
    assert not (project / PACKAGE / "library/layers/whitening_conv2d.py").exists()


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("own.py", "from dltemplates.layers import Nothing\n", "own.py:1: uses dltemplates.layers"),
        ("own.py", "import dltemplates\ndef (", "own.py: is no Python"),
        ("library.py", "x = 1\n", "is where the library's code goes"),
        ("library/notes.md", "mine\n", "is where the library's code goes"),
    ],
)
def test_what_keeps_it_from_being_ejected_changes_nothing(
    path: str, text: str, words: str, tmp_path: Path
) -> None:
    project = write("cnn-classifier", tmp_path / "p")
    (project / PACKAGE / path).parent.mkdir(exist_ok=True)
    (project / PACKAGE / path).write_text(text, "utf-8")
    before = contents(project)
    with pytest.raises(TargetError) as error:
        ejection.prepare(project).apply()
    assert words in str(error.value)
    assert contents(project) == before


def test_a_module_that_is_gone_is_said(tmp_path: Path) -> None:
    project = write("cnn-classifier", tmp_path / "p")
    files = record.read_pristine(project)
    with pytest.raises(TargetError, match=r"has no dltemplates\.layers\.gone"):
        standalone(files, PACKAGE, ["dltemplates.layers.gone"])
    assert copied_files(files, PACKAGE) == []


def test_adopted_anew_it_stands_alone(tmp_path: Path) -> None:
    project = write("lstm-forecaster", tmp_path / "p")
    (project / PACKAGE / "own.py").write_text("from dltemplates.layers import SpanDropout\n")
    ejection.prepare(project).apply()
    before = record.read(project)
    shutil.rmtree(project / record.FOLDER)
    adoption.adopt(project, "lstm-forecaster").write()
    assert record.read(project) == before
    assert not update.prepare(project).changes
