import builtins
import json

import pytest
from click.testing import CliRunner

from dltemplates.project.commands import project_group
from tests.project.small_project import SPACE, in_project, write_project


@pytest.fixture
def project(tmp_path, monkeypatch):
    write_project(tmp_path, SPACE)
    yield from in_project(tmp_path, monkeypatch)


def run(*arguments):
    return CliRunner().invoke(project_group("tiny_line", "Test."), arguments)


def test_trials_are_compared_with_the_configuration_as_it_is(project):
    pytest.importorskip("optuna")
    result = run("tune", "--trials", "4", "--repeats", "1", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["monitor"] == "val_loss"
    assert sum(found["trials"].values()) == 4
    assert found["best"]["value"] <= found["defaults"]["value"]
    assert result.stderr.count("trial ") == 4
    assert "config.toml as it is" in result.stderr

    result = run("tune", "--trials", "4", "--repeats", "0")  # all done before
    assert "tune/study.db: " in result.output
    assert "trial   4" not in result.output
    if found["set"]:
        assert "--set train.learning_rate=" in result.output
        assert "was not tried" in result.output
    assert not (project / "runs").exists()


def test_without_optuna(project, monkeypatch):
    imported = builtins.__import__

    def without(name, *arguments, **kinds):
        if name.partition(".")[0] == "optuna" or name.endswith("project.study"):
            raise ModuleNotFoundError("No module named 'optuna'", name="optuna")
        return imported(name, *arguments, **kinds)

    monkeypatch.setattr(builtins, "__import__", without)
    result = run("tune")
    assert result.exit_code == 1
    assert 'pip install "dltemplates[tune]"' in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--set", "train.epoch=3"], "Did you mean 'epochs'?"),
        (["--timeout", "soon"], "1h30m"),
        (["--study", "../there"], "Not a name for a study"),
        (["--set", "model.kind=broken"], "Out of memory"),
        (["--config", "other.toml"], "no configuration here"),
    ],
)
def test_bad_input_is_answered_in_words(project, arguments, words):
    pytest.importorskip("optuna")
    result = run("tune", *arguments)
    assert result.exit_code in (1, 2)
    assert words in result.output
    assert "Traceback" not in result.output
    assert not (project / "tune").exists()
