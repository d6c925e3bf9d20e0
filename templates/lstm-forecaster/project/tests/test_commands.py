import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from dltemplates.project.forecasting import command_line

from .conftest import CONFIG, options


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a command of the project in an empty folder; returns its exit code and output."""
    monkeypatch.chdir(tmp_path)
    cli = command_line("my_app", "Test.")

    def invoke(*arguments) -> tuple[int, str]:
        result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
        return result.exit_code, result.output

    return invoke


def test_train_export_evaluate_and_predict(run, exported, file, monkeypatch):
    folder = exported.parents[1]
    monkeypatch.chdir(folder)
    assert (folder / "runs/first/model.keras").exists()
    parity = json.loads((exported / "1/parity.json").read_text())
    assert parity["largest_difference"] <= 1e-5

    code, output = run("evaluate")
    assert code == 0, output
    assert "seasonal-naive" in output
    metrics = json.loads((folder / "runs/first/metrics.json").read_text())
    assert metrics["split"] == "test"

    code, output = run("predict", "--to", "by-keras")
    assert code == 0, output
    code, output = run("predict", "--export", exported, "--data", file, "--to", "by-export")
    assert code == 0, output
    tables = [
        pd.read_csv(folder / source / "forecast.csv", parse_dates=["time"])
        for source in ("by-keras", "by-export")
    ]
    assert list(tables[0]) == ["series", "time", "forecast", "lower", "upper"]
    assert len(tables[0]) == 2 * 30
    assert tables[0]["time"].min() == pd.Timestamp("2025-02-10")
    for name in ("forecast", "lower", "upper"):
        np.testing.assert_allclose(tables[0][name], tables[1][name], rtol=1e-4)
    assert (folder / "by-keras/forecast.png").stat().st_size > 1000


def test_finetune_on_other_series_and_another_horizon(run, settings, other_file, tmp_path):
    chosen = options(settings)
    code, output = run("train", "--config", CONFIG, "--name", "first", *chosen)
    assert code == 0, output
    others = ("--set", f"data.path={other_file}", "--set", "data.horizon=54")
    finetune = ("finetune", "--config", CONFIG, *chosen, *others, "--from")
    code, output = run(*finetune, "runs/first", "--name", "second")
    assert code == 0, output
    values = json.loads((tmp_path / "runs/second/finetuning.json").read_text())["values"]
    #% if calendar
    assert set(values["fine-tuned"]) == {"new data"}  # of old windows the calendar ends too early
    #% else
    assert set(values["fine-tuned"]) == {"new data", "old data"}
    #% endif
    assert set(values["from scratch"]) == {"new data"}
    assert set(values["before"]) == {"old data"}  # it does not reach as far ahead
    code, output = run("evaluate")
    assert code == 0, output
    code, output = run("export", "--name", "south-and-west")
    assert code == 0, output
    code, output = run(*finetune, "export/south-and-west", "--no-compare", "--name", "third")
    assert code == 0, output

    code, output = run(*finetune, "runs/first/model.keras", "--set", "data.lookback=40")
    assert code != 0
    assert "looks back on 48 rows, data.lookback is 40" in output
    code, output = run(*finetune, "runs/none")
    assert code != 0
    assert "no run, file or export called 'runs/none'" in output
    assert len(list(tmp_path.glob("runs/*"))) == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "--set", "train.step=3"], "Did you mean 'steps'?"),
        (["train", "--set", "train.optimizer=adma"], "Did you mean 'adam'?"),
        (["train", "--set", "data.source=path", "--set", "data.path=none.csv"], "none.csv"),
        (["finetune"], "Name a run, a .keras file or an export"),
        (["evaluate"], "Run the train command first"),
        (["trian"], "Did you mean 'train'?"),
    ],
)
def test_bad_input_is_answered_in_words(run, arguments, words, tmp_path):
    if arguments[0] in ("train", "finetune"):
        arguments = [*arguments, "--config", CONFIG]
    code, output = run(*arguments)
    assert code != 0
    assert words in output
    assert "Traceback" not in output
    assert not list(tmp_path.glob("runs/*"))
