import json
from pathlib import Path

import pandas as pd
import pytest

from .conftest import CONFIG, options


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
