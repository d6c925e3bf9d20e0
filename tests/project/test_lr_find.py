import csv
import json

import pytest
from click.testing import CliRunner

from dltemplates.project.commands import project_group
from tests.project.small_project import in_project, write_project


@pytest.fixture
def project(tmp_path, monkeypatch):
    write_project(tmp_path)
    yield from in_project(tmp_path, monkeypatch)


def run(*arguments):
    return CliRunner().invoke(project_group("tiny_line", "Test."), ["lr-find", *arguments])


def test_a_rate_is_suggested_with_its_evidence(project):
    result = run("--steps", "60", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["now"] == 0.1
    assert 5e-3 < found["suggestion"] < 0.2
    assert found["set"] == f"train.learning_rate={found['suggestion']:g}"
    rows = list(csv.DictReader((project / "lr-find/lr-find.csv").open()))
    assert len(rows) == found["steps"] <= 60
    assert float(rows[0]["learning_rate"]) == pytest.approx(1e-4)
    assert float(rows[0]["loss"]) > float(rows[len(rows) // 2]["loss"])
    assert (project / "lr-find/lr-find.svg").exists()
    assert (project / "lr-find/lr-find.png").exists()
    assert not (project / "runs").exists()


def test_a_training_that_explodes_still_leaves_its_curve(project):
    result = run("--low", "0.001", "--high", "1e9", "--to", "there/deep")
    assert result.exit_code == 0, result.output
    assert "The loss fell" in result.output
    assert "--set train.learning_rate=" in result.output
    assert (project / "there/deep/lr-find.svg").exists()


def test_rates_too_low_to_learn_give_no_suggestion(project):
    result = run("--low", "1e-9", "--high", "1e-7")
    assert result.exit_code == 0, result.output
    assert "no clear descent" in result.output
    assert "--set" not in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--low", "1", "--high", "0.1"], "--low is below --high"),
        (["--steps", "3"], "--steps"),
        (["--set", "model.kind=broken"], "Out of memory"),
        (["--to", "config.toml/there"], "--to"),
    ],
)
def test_bad_input_is_answered_in_words(project, arguments, words):
    result = run(*arguments)
    assert result.exit_code in (1, 2)
    assert words in result.output
    assert "Traceback" not in result.output
