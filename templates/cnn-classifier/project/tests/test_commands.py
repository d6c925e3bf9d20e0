import json
import shutil

import pytest
from click.testing import CliRunner
from dltemplates.project.image_classification import command_line

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


def test_train_export_evaluate_and_predict(run, exported, monkeypatch):
    folder = exported.parents[1]
    monkeypatch.chdir(folder)
    assert (folder / "runs/first/model.keras").exists()
    parity = json.loads((exported / "1/parity.json").read_text())
    assert parity["largest_difference"] <= 1e-5

    code, output = run("evaluate")
    assert code == 0, output
    metrics = json.loads((folder / "runs/first/metrics.json").read_text())
    assert metrics["items"] == 4

    files = ["photos/day/0.png", "photos/night/0.png"]
    answers = []
    for source in (["--run", "first"], ["--export", "export/photos"]):
        code, output = run("predict", *files, *source, "--format", "csv")
        assert code == 0, output
        answers.append([line.split(",")[1:3] for line in output.splitlines()[-2:]])
    for (label, share), (other, other_share) in zip(*answers, strict=True):
        assert label == other in ("day", "night")
        assert float(share) == pytest.approx(float(other_share), abs=1e-5)

    code, output = run("predict", "photos/**/*.png", "--to", "all.csv", "--run", "first")
    assert code == 0, output
    found = [line.split(",")[1] for line in (folder / "all.csv").read_text().splitlines()[1:]]
    assert len(found) == 40 and set(found) <= {"day", "night"}


def test_finetune_to_a_class_more(run, settings, photos, tmp_path):
    arguments = ["--config", CONFIG, *options(settings)]
    code, output = run("train", "--name", "first", *arguments)
    assert code == 0, output
    shutil.copytree(photos / "day", photos / "dusk")

    arguments += ["--set", "finetune.epochs=1", "--set", "finetune.old_path=missing"]
    #% if network == "application"
    arguments += ["--no-compare"]  # which would trace the network once more
    code, output = run("finetune", "--from", "first", "--name", "second", *arguments)
    assert code == 0, output
    #% else
    code, output = run("finetune", "--from", "first", "--name", "second", *arguments)
    assert code == 0, output
    assert "against training from scratch" in output
    values = json.loads((tmp_path / "runs/second/finetuning.json").read_text())["values"]
    assert set(values) == {"before", "fine-tuned", "from scratch"}
    for command in (["evaluate"], ["export", "--name", "photos"], ["report"]):
        code, output = run(*command)
        assert code == 0, output
    #% endif
    code, output = run("predict", photos / "dusk" / "0.png", "--run", "second")
    assert code == 0 and "dusk" in output, output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "--set", "train.epoch=3"], "Did you mean 'epochs'?"),
        (["train", "--set", "train.optimizer=adma"], "Did you mean 'adam'?"),
        (["train", "--set", "data.source=path", "--set", "data.path="], "No path given"),
        (["finetune"], "Nothing to start from"),
        (["finetune", "--from", "nothing"], "no run, file or export called 'nothing'"),
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
