import json

import pandas as pd
import pytest

from .conftest import CONFIG


def test_evaluate(run, trained):
    code, output = run("evaluate", "--json")
    assert code == 0, output
    metrics = json.loads((trained / "metrics.json").read_text())
    assert metrics["network"] > metrics["commonest_class"] + 0.2


def test_predict(run, trained, file, folder):
    code, output = run("predict", file, "--to", folder / "classes.csv")
    assert code == 0, output
    answers = pd.read_csv(folder / "classes.csv")
    assert len(answers) == 200
    assert (answers["label"] == pd.read_csv(file)["label"]).mean() > 0.8


def test_export(run, trained, folder):
    code, output = run("export", "--to", folder / "export")
    assert code == 0, output
    parity = json.loads((folder / "export/my_app/1/parity.json").read_text())
    assert parity["largest_difference"] <= 1e-5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "--set", "train.epoch=3"], "Did you mean 'epochs'?"),
        (["train", "--set", "data.source=path", "--set", "data.path=none.csv"], "none.csv"),
        (["evaluate"], "Run the train command first"),
        (["trian"], "Did you mean 'train'?"),
    ],
)
def test_bad_input_is_answered_in_words(run, arguments, words, tmp_path):
    if arguments[0] == "train":
        arguments = [*arguments, "--config", CONFIG]
    code, output = run("--runs", tmp_path / "runs", *arguments)
    assert code != 0
    assert words in output
    assert not list(tmp_path.glob("runs/*"))


def test_a_label_that_is_no_column_is_named(run, settings):
    options = [part for setting in (*settings, "data.label=lable") for part in ("--set", setting)]
    code, output = run("train", "--config", CONFIG, *options)
    assert code != 0
    assert "Did you mean 'label'?" in output
