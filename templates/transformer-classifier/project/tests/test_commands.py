import json

import pandas as pd
import pytest

from .conftest import CLASSES, CONFIG, options


def test_evaluate(run, trained):
    code, output = run("evaluate", "--run", "first")
    assert code == 0, output
    assert "linear baseline" in output
    metrics = json.loads((trained / "metrics.json").read_text("utf-8"))
    #% if labels == "multi"
    assert metrics["items"] > 20
    assert set(metrics["classes"]) == set(CLASSES)
    #% else
    assert metrics["items"] == 32
    #% endif


def test_run_and_export_agree(run, exported, file):
    parity = json.loads((exported / "1/parity.json").read_text())
    assert parity["largest_difference"] <= 1e-5

    answers = []
    for source in (("--run", "first"), ("--export", exported)):
        code, output = run("predict", *source, "재밌어요 ㅋㅋ", "so boring", "--format", "json")
        assert code == 0, output
        answers.append(json.loads(output[output.index("[") :]))
    for mine, others in zip(*answers, strict=True):
        assert mine["text"] == others["text"]
        for each, other in zip(mine["top"], others["top"], strict=True):
            assert each["label"] == other["label"] in CLASSES
            assert each["probability"] == pytest.approx(other["probability"], abs=1e-5)

    code, output = run("predict", "--export", exported, "--file", file, "--text-column", "text")
    assert code == 0, output
    assert len(output.splitlines()) == len(pd.read_csv(file))


def test_training_starts_from_pre_training(run, trained, settings, folder):
    code, output = run("pretrain", "--config", CONFIG, "--name", "read", *options(settings))
    assert code == 0, output
    start = options([*settings, "train.pretrained=read"])
    code, output = run("train", "--config", CONFIG, "--name", "second", *start)
    assert code == 0, output
    assert (folder / "runs/second/model.keras").exists()

    start = options([*settings, "train.pretrained=first"])
    code, output = run("train", "--config", CONFIG, "--name", "third", *start)
    assert code != 0
    assert "no pre-trained encoder" in output
    assert not (folder / "runs/third").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["predict"], "Give texts"),
        (["predict", "--file", "none.txt"], "none.txt"),
        (["predict", "--export", "nowhere", "good"], "No exported model here"),
        (["predict", "--run", "last", "good"], "No such run"),
    ],
)
def test_bad_requests_are_answered_in_words(run, trained, arguments, words):
    code, output = run(*arguments)
    assert code != 0
    assert words in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "--set", "train.epoch=3"], "Did you mean 'epochs'?"),
        (["train", "--set", "train.optimizer=adma"], "Did you mean 'adam'?"),
        (["train", "--set", "model.width=64", "--set", "model.heads=5"], "divide the width, 64"),
        #% if labels == "multi"
        (["train", "--set", "data.path=none.csv"], "none.csv"),
        #% else
        (["train", "--set", "data.source=path", "--set", "data.path=none.csv"], "none.csv"),
        #% endif
        (["finetune"], "Nothing to start from"),
        (["finetune", "--from", "nothing"], "no run, file or export called 'nothing'"),
        (["evaluate"], "Run the train command first"),
        (["trian"], "Did you mean 'train'?"),
    ],
)
def test_bad_input_is_answered_in_words(run, arguments, words, tmp_path):
    if arguments[0] in ("train", "finetune"):
        arguments = [*arguments, "--config", CONFIG]
    code, output = run("--runs", tmp_path / "runs", *arguments)
    assert code != 0
    assert words in output
    assert "Traceback" not in output
    assert not list(tmp_path.glob("runs/*"))


def test_a_column_that_is_not_there_is_named(run, settings):
    code, output = run("train", "--config", CONFIG, *options([*settings, "data.text_column=texts"]))
    assert code != 0
    assert "Did you mean 'text'?" in output
