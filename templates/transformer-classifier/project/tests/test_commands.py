import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from dltemplates.project.text_classification import command_line

from .conftest import CLASSES, CONFIG


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="module")
def run(folder):
    """Runs a command of the project; returns its exit code and output."""
    cli = command_line("my_app", "Test.")

    def invoke(*arguments) -> tuple[int, str]:
        words = ["--runs", str(folder / "runs"), *(str(argument) for argument in arguments)]
        result = CliRunner().invoke(cli, words)
        return result.exit_code, result.output

    return invoke


def options(settings) -> list[str]:
    return [part for setting in settings for part in ("--set", setting)]


@pytest.fixture(scope="module")
def trained(run, settings, folder) -> Path:
    """The folder of a short run."""
    code, output = run("train", "--config", CONFIG, "--name", "first", *options(settings))
    assert code == 0, output
    return folder / "runs/first"


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


def test_run_and_export_agree(run, trained, folder, file):
    export = folder / "export/reviews"
    code, output = run("export", "--run", "first", "--name", "reviews", "--to", export.parent)
    assert code == 0, output
    parity = json.loads((export / "1/parity.json").read_text())
    assert parity["largest_difference"] <= 1e-5

    answers = []
    for source in (("--run", "first"), ("--export", export)):
        code, output = run("predict", *source, "재밌어요 ㅋㅋ", "so boring", "--format", "json")
        assert code == 0, output
        answers.append(json.loads(output[output.index("[") :]))
    for mine, exported in zip(*answers, strict=True):
        assert mine["text"] == exported["text"]
        for each, other in zip(mine["top"], exported["top"], strict=True):
            assert each["label"] == other["label"] in CLASSES
            assert each["probability"] == pytest.approx(other["probability"], abs=1e-5)

    code, output = run("predict", "--export", export, "--file", file, "--text-column", "text")
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


@pytest.fixture(scope="module")
def other_file(file) -> Path:
    """The same texts, in which one class has another name and another is new."""
    table = pd.read_csv(file, keep_default_na=False)
    #% if labels == "multi"
    table["label"] = [names.replace("배우", "연기") for names in table["label"]]
    table.loc[::4, "label"] = "새것"
    #% else
    table["label"] = table["label"].replace("good", "좋다")
    table.loc[::4, "label"] = "새것"
    #% endif
    path = file.with_name("others.csv")
    table.to_csv(path, index=False)
    return path


def test_fine_tuning_goes_on_from_a_run(run, trained, settings, folder, file, other_file):
    others = [f"data.path={other_file}" if "data.path=" in each else each for each in settings]
    others += [
        #% if labels == "multi"
        "finetune.renamed=배우=연기",
        #% else
        "finetune.renamed=good=좋다",
        #% endif
        "finetune.epochs=1",
        "finetune.rehearsal=5",
    ]
    begun = ("finetune", "--config", CONFIG, "--from", "first", "--name", "tuned")
    code, output = run(*begun, *options(others))
    assert code == 0, output
    comparison = json.loads((folder / "runs/tuned/finetuning.json").read_text("utf-8"))
    assert comparison["values"].keys() == {"before", "fine-tuned", "from scratch"}
    assert comparison["values"]["fine-tuned"].keys() == {"new data", "old data"}

    code, output = run("evaluate", "--run", "tuned", "--no-baseline")
    assert code == 0, output
    assert "data have changed" not in output
    code, output = run("export", "--run", "tuned", "--name", "tuned", "--to", folder / "export")
    assert code == 0, output
    code, output = run("predict", "--export", folder / "export/tuned", "재밌다", "--format", "json")
    assert code == 0, output
    named = {each["label"] for each in json.loads(output[output.index("[") :])[0]["top"]}
    assert "새것" in named

    begun = ("finetune", "--config", CONFIG, "--from", "tuned", "--no-compare")
    wide = [*others, "model.width=32", "finetune.renamed="]
    code, output = run(*begun, "--name", "wide", *options(wide))
    assert code != 0
    assert "not that of this project" in output
    assert not (folder / "runs/wide").exists()


def test_fine_tuning_goes_on_from_pre_training(run, settings, folder, other_file):
    short = [*settings, "finetune.epochs=1"]
    code, output = run("pretrain", "--config", CONFIG, "--name", "reader", *options(short))
    assert code == 0, output
    few = [f"data.path={other_file}" if "data.path=" in each else each for each in short]
    begun = ("finetune", "--config", CONFIG, "--from", "reader", "--name", "few")
    code, output = run(*begun, *options(few))
    assert code == 0, output
    comparison = json.loads((folder / "runs/few/finetuning.json").read_text("utf-8"))
    assert comparison["values"].keys() == {"before", "fine-tuned", "from scratch"}
    assert not comparison["values"]["before"]


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
    assert "Traceback" not in output
    assert not list(tmp_path.glob("runs/*"))


def test_a_column_that_is_not_there_is_named(run, settings):
    code, output = run("train", "--config", CONFIG, *options([*settings, "data.text_column=texts"]))
    assert code != 0
    assert "Did you mean 'text'?" in output
