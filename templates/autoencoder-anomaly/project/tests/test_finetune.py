import json

import pandas as pd
import pytest

from .conftest import CONFIG


@pytest.mark.parametrize("steps", [0, 20])
def test_finetune_to_another_machine(run, trained, settings, file, tmp_path, steps):
    table = pd.read_csv(file)
    #% if kind == "series"
    table["flow"] += 15
    #% else
    table["force"] += 15
    #% endif
    table[table.columns[::-1]].to_csv(tmp_path / "other.csv", index=False)
    given = (*settings, f"data.path={tmp_path / 'other.csv'}", f"finetune.steps={steps}")
    options = [part for setting in given for part in ("--set", setting)]
    runs = ("--runs", tmp_path / "runs")
    code, output = run(*runs, "finetune", "--config", CONFIG, "--from", trained, *options)
    assert code == 0, output
    tuned = next(tmp_path.glob("runs/*"))
    compared = json.loads((tuned / "finetuning.json").read_text())
    assert set(compared["values"]["fine-tuned"]) == {"new data", "old data"}
    assert compared["values"]["before"]["old data"] > 0.5
    assert compared["missing"] == []

    code, output = run(*runs, "evaluate")
    assert code == 0, output
    assert "not those" not in output
    measured = json.loads((tuned / "metrics.json").read_text())["detectors"]["network"]
    assert measured["auroc"] == pytest.approx(compared["values"]["fine-tuned"]["new data"])
    code, output = run(*runs, "export", "--to", tmp_path / "export")
    assert code == 0, output


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        #% if kind == "series"
        ("data.ignore=flow", "missing: 'flow'"),
        ("data.window=16", "judges windows of 15 rows, not of 16"),
        #% else
        ("data.ignore=force", "missing: 'force'"),
        #% endif
        ("finetune.start=nothing", "There is no run, file or export called 'nothing'"),
        ("finetune.start=", "Nothing to start from"),
    ],
)
def test_a_start_that_does_not_fit_is_refused(run, trained, settings, tmp_path, setting, words):
    given = (*settings, f"finetune.start={trained}", setting)
    options = [part for setting in given for part in ("--set", setting)]
    code, output = run("--runs", tmp_path / "runs", "finetune", "--config", CONFIG, *options)
    assert code != 0
    assert words in " ".join(output.split())
    assert not list(tmp_path.glob("runs/*"))
