import json
import os
from datetime import timedelta

import pytest
from click.testing import CliRunner

from dltemplates.errors import RunError
from dltemplates.project.commands import Project
from dltemplates.project.run_comparison import compare
from dltemplates.project.run_pruning import plan_pruning
from dltemplates.project.runs_command import runs
from dltemplates.training.run_folders import read_runs
from dltemplates.training.run_records import RunRecord
from tests.training.small_runs import make_run

NEW, OLD = "2026-03-02T00:00:00+00:00", "2020-01-01T00:00:00+00:00"
METRICS = {"split": "test", "items": 3, "accuracy": 0.9, "macro_f1": 0.75}


def ask(folder, *arguments, code=0, **settings):
    result = CliRunner().invoke(
        runs, [*map(str, arguments)], obj=Project("my_app", folder), **settings
    )
    assert result.exit_code == code, result.output
    return result.output


def test_list(tmp_path):
    make_run(tmp_path, "한국어", metrics=METRICS)
    make_run(tmp_path, "b", started=NEW, step="pretrain", finished=False)
    heading, first, second = ask(tmp_path, "list", env={"COLUMNS": "200"}).splitlines()
    assert first.split()[:3] == ["b", "interrupted", "(pre-training)"]
    assert "4:05 min" in second and "test: accuracy 0.9, macro f1 0.75" in second
    place = heading.index("state")
    assert first[place:].startswith("interrupted")
    assert second[place - 3 :].startswith("finished")  # three syllables of two columns each
    narrow = ask(tmp_path, "list", env={"COLUMNS": "30"}).splitlines()
    assert max(map(len, narrow)) == 30


def test_list_of_nothing(tmp_path):
    assert "No runs in" in ask(tmp_path / "runs", "list")
    assert json.loads(ask(tmp_path / "runs", "list", "--json")) == []


def test_show(tmp_path):
    git = {"step": "train", "git": {"commit": "0123456789abcdef", "dirty": True}}
    make_run(tmp_path, "a", finished=False, run=git)
    text = ask(tmp_path, "show", "a")
    assert "python -m my_app train --resume a" in text
    assert "0123456789ab, with changes that were not committed" in text
    assert "the best was 2, by val_accuracy: 0.8" in text
    assert "checkpoints/best.keras" in text
    assert 'pretrained     ""' in text
    shown = json.loads(ask(tmp_path, "show", "a", "--json"))
    assert shown["config"]["train"]["epochs"] == 3
    assert shown["history"]["epoch"] == [1, 2, 3]
    assert shown["files"]["checkpoints/best.keras"] > 0


@pytest.mark.parametrize("contents", ["", "{", "[]"])
@pytest.mark.parametrize("command", [["show", "a"], ["compare", "a", "b"], ["list"]])
@pytest.mark.parametrize("style", [[], ["--json"]])
def test_whatever_is_damaged_is_no_traceback(tmp_path, contents, command, style):
    folder = make_run(tmp_path, "a")
    make_run(tmp_path, "b")
    for path in folder.iterdir():
        if path.is_file():
            path.write_text(contents)
    assert ask(tmp_path, *command, *style)


def test_values_of_other_kinds_are_no_traceback(tmp_path):
    strange = {"cpu": "fast", "gpus": None, "keras": 3, "command": "train", "precision": []}
    make_run(
        tmp_path, "a", environment=strange, data={"fingerprints": [1]}, metrics={"scores": {"a": 1}}
    )
    make_run(tmp_path, "b", config='title = "x"\n', run={"started": 5, "git": "x"}, done={"x": 1})
    for command in (
        ["list"],
        ["show", "a"],
        ["show", "b"],
        ["compare", "a", "b"],
        ["prune", "--yes"],
    ):
        ask(tmp_path, *command)


def test_compare(tmp_path):
    other = '[data]\nsource = "path"\n\n[train]\nepochs = 3\nlearning_rate = 0.2\npretrained = ""\n'
    environment = {"keras": "3.16.0", "precision": "float32", "cpu": {"cores": 2}, "gpus": []}
    make_run(tmp_path, "a", metrics=METRICS)
    make_run(
        tmp_path, "b", config=other, environment=environment, metrics={**METRICS, "accuracy": 0.95}
    )
    found = json.loads(ask(tmp_path, "compare", "a", "b", "--json"))
    assert found["config"] == {"data.source": ["sample", "path"], "train.learning_rate": [0.1, 0.2]}
    assert found["circumstances"] == {"keras": ["3.15.1", "3.16.0"]}
    accuracy = found["scores"]["test accuracy"]
    assert accuracy["values"] == [0.9, 0.95]
    assert accuracy["difference"] == pytest.approx(0.05)
    assert found["scores"]["best val_accuracy"]["values"] == [0.8, 0.8]
    assert found["remarks"] == []
    assert "+0.05" in ask(tmp_path, "compare", "a", "b")


def test_what_was_measured_on_other_items_is_not_compared(tmp_path):
    make_run(tmp_path, "a", metrics=METRICS)
    make_run(tmp_path, "b", metrics={**METRICS, "split": "validation"})
    prints = {"train": "a" * 16, "validation": "x" * 16, "test": "x" * 16}
    make_run(tmp_path, "c", metrics=METRICS, data={"fingerprints": prints})
    make_run(tmp_path, "d", finished=False)
    a, b, c, d = (RunRecord(tmp_path / name) for name in "abcd")
    found = compare(a, b)
    assert not any(name.startswith("test ") for name in found.scores)
    assert "a was measured on the test split, b on the validation split" in found.remarks[0]
    found = compare(a, c)
    assert list(found.scores) == ["seconds"]
    assert len(found.remarks) == 2
    assert found.circumstances["test data"] == ("cccccccc", "xxxxxxxx")
    assert compare(a, d).remarks == [
        "Not evaluated: d. Run evaluate --run NAME to compare scores.",
        "d is interrupted.",
    ]


def test_prune_takes_the_checkpoints_of_finished_runs(tmp_path):
    done, half = make_run(tmp_path, "done"), make_run(tmp_path, "half", finished=False)
    size = (done / "checkpoints" / "best.keras").stat().st_size  # one file of two names
    text = ask(tmp_path, "prune", input="n\n")
    assert "checkpoints of the finished run done" in text
    assert "half" not in text
    assert len(list((done / "checkpoints").iterdir())) == 2
    pruned = json.loads(ask(tmp_path, "prune", "--json", "--yes"))
    assert pruned["deletions"] == [{"run": "done", "deletes": "checkpoints", "bytes": size}]
    assert list((done / "checkpoints").iterdir()) == []
    assert (done / "model.keras").exists()
    assert (half / "checkpoints" / "best.keras").exists()
    assert "nothing to delete" in ask(tmp_path, "prune")


def test_json_alone_deletes_nothing(tmp_path):
    folder = make_run(tmp_path, "a")
    assert json.loads(ask(tmp_path, "prune", "--keep", 0, "--json"))["deleted"] is False
    assert folder.exists()


def test_prune_of_whole_runs(tmp_path):
    make_run(tmp_path, "new", started=NEW)
    make_run(tmp_path, "old", started=OLD)
    make_run(tmp_path, "half", started=OLD, finished=False)

    def chosen(**conditions):
        return {each.run.name for each in plan_pruning(read_runs(tmp_path), **conditions).deletions}

    assert chosen(keep=1) == {"old", "half"}
    assert chosen(keep=3) == set()
    assert chosen(unfinished=True) == {"half"}
    assert chosen(older_than=timedelta(days=2000)) == {"old", "half"}
    assert chosen(keep=0, unfinished=True, older_than=timedelta(days=2000)) == {"half"}
    ask(tmp_path, "prune", "--older-than", "2000d", "--yes")
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_a_run_that_others_started_from_stays(tmp_path):
    make_run(tmp_path, "first", started=OLD, step="pretrain")
    make_run(tmp_path, "second", started=OLD, step="pretrain", pretrained="first")
    make_run(tmp_path, "third", started=NEW, pretrained=str(tmp_path / "second"))
    plan = plan_pruning(read_runs(tmp_path), keep=1)
    assert plan.deletions == []
    assert plan.kept == {"second": "third started from it", "first": "second started from it"}
    everything = plan_pruning(read_runs(tmp_path), keep=0)
    assert len(everything.deletions) == 3  # nothing stays that would need them


@pytest.mark.parametrize("start", ["first", "{}/first", "{}/first/model.keras"])
def test_a_run_that_was_fine_tuned_stays(tmp_path, start):
    make_run(tmp_path, "first", started=OLD)
    config = f'[finetune]\nstart = "{start.format(tmp_path)}"\n'
    make_run(tmp_path, "trained", started=OLD, config=config)  # which the table does not concern
    tuned = make_run(tmp_path, "tuned", started=NEW, step="finetune", config=config)
    assert plan_pruning(read_runs(tmp_path), keep=1).kept == {"first": "tuned started from it"}
    shown = ask(tmp_path, "show", tuned.name, env={"COLUMNS": "400"})
    assert f"started from {start.format(tmp_path)}" in shown


def test_a_run_that_may_be_training_stays(tmp_path):
    folder = make_run(tmp_path, "a", finished=False)
    os.utime(folder / "history.csv")
    assert list(plan_pruning(read_runs(tmp_path), keep=0).kept) == ["a"]


def test_nothing_outside_is_deleted(tmp_path):
    outside = make_run(tmp_path / "outside", "a")
    folder = tmp_path / "runs"
    linked = make_run(folder, "b")
    for path in (linked / "checkpoints").iterdir():
        path.unlink()
    (linked / "checkpoints").rmdir()
    (linked / "checkpoints").symlink_to(outside / "checkpoints")
    (linked / "data").symlink_to(outside)
    (folder / "link").symlink_to(outside)
    (folder / "notes").mkdir()
    assert "nothing to delete" in ask(folder, "prune", "--yes")
    ask(folder, "prune", "--keep", 0, "--yes")
    assert sorted(path.name for path in folder.iterdir()) == ["link", "notes"]
    assert len(list((outside / "checkpoints").iterdir())) == 2


def test_a_run_that_changed_meanwhile_is_left(tmp_path):
    folder = make_run(tmp_path, "a", finished=False)
    (deletion,) = plan_pruning(read_runs(tmp_path), keep=0).deletions
    make_run(tmp_path, "b")
    (tmp_path / "b" / "model.keras").rename(folder / "model.keras")
    (tmp_path / "b" / "done.json").rename(folder / "done.json")
    with pytest.raises(RunError, match="changed meanwhile"):
        deletion.carry_out()
    assert folder.exists()


@pytest.mark.parametrize("age", ["", "x", "3", "3y", "-3d", "9999999d"])
def test_ages_that_are_none(tmp_path, age):
    assert "write 30d" in ask(tmp_path, "prune", "--older-than", age, code=2)


def test_an_unknown_run_is_an_error_with_the_nearest_name(tmp_path):
    make_run(tmp_path, "first")
    text = ask(tmp_path, "show", "frist", code=1)
    assert "Did you mean 'first'?" in text
    assert "Traceback" not in text
