import os
from datetime import datetime

import keras
import numpy as np
import pytest

from dltemplates.errors import RunError
from dltemplates.training.run import Run, replace_file


class Noon(datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 1, 2, 12)


def finished(parent, name, value=1.0):
    run = Run.create(parent, name)
    run.write_text("config.toml", "")
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.set_weights([np.array([[value]]), np.zeros(1)])
    run.save_model(model)
    return run


def test_the_latest_finished_run_is_found(tmp_path):
    first, second = finished(tmp_path, "b"), finished(tmp_path, "a", 2.0)
    os.utime(first.model_path, ns=(1, 1))
    Run.create(tmp_path, "unfinished")
    assert Run.find(tmp_path).name == "a"
    assert Run.find(tmp_path, "b").folder == first.folder
    assert Run.find(tmp_path, str(second.folder)).folder == second.folder
    assert float(Run.find(tmp_path).load_model().get_weights()[0][0, 0]) == 2.0


def test_no_run(tmp_path):
    with pytest.raises(RunError, match="No trained run here") as caught:
        Run.find(tmp_path / "runs")
    with pytest.raises(RunError, match="No such run"):
        Run.find(tmp_path, "x")
    stopped = Run.create(tmp_path, "unfinished")
    with pytest.raises(RunError, match="no finished model"):
        Run.find(tmp_path, "unfinished")
    assert "train command first" in str(caught.value)
    (stopped.folder / "run.json").write_text('{"step": "finetune", "started": "2026"}')
    with pytest.raises(RunError, match=r"unfinished was stopped .* finetune --resume"):
        Run.find(tmp_path)


def test_a_name_is_taken_once(tmp_path):
    first = Run.create(tmp_path, "x")
    first.write_text("config.toml", "kept")
    with pytest.raises(RunError, match="There is a run of this name") as caught:
        Run.create(tmp_path, "x")
    assert caught.value.where == str(first.folder)
    assert "--name" in caught.value.hint and "delete" in caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert first.config_path.read_text() == "kept"


def test_runs_of_the_same_time_get_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr("dltemplates.training.run.datetime", Noon)
    names = [Run.create(tmp_path).name for _ in range(3)]
    assert names == ["2026-01-02_120000", "2026-01-02_120000_2", "2026-01-02_120000_3"]


def test_a_damaged_model_is_a_clear_error(tmp_path):
    run = finished(tmp_path, "x")
    run.model_path.write_bytes(run.model_path.read_bytes()[:100])
    with pytest.raises(RunError, match="is damaged"):
        run.load_model()


def test_a_failed_write_keeps_the_old_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")

    def fail(aside):
        with open(aside, "w") as file:
            file.write("ne")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        replace_file(path, fail)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_run_that_learned_nothing_is_discarded(tmp_path):
    run = Run.create(tmp_path, "x")
    run.discard_if_empty()
    assert not run.folder.exists()
    kept = Run.create(tmp_path, "y")
    (kept.checkpoints / "last.keras").write_bytes(b"weights")
    kept.discard_if_empty()
    assert kept.folder.exists()


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="Cannot make this folder"):
        Run.create(tmp_path / "file")


def test_a_scratch_run_leaves_nothing_and_knows_the_others(tmp_path):
    with Run.scratch(tmp_path / "runs") as run:
        run.write_text("config.toml", "")
        assert run.runs == tmp_path / "runs"
        folder = run.folder
        assert folder.is_dir()
    assert not folder.exists()
    assert not (tmp_path / "runs").exists()


def resumable(parent, name, step="train"):
    run = finished(parent, name)
    run.begin(step, "mine", "[train]\nepochs = 3\n")
    return run


def test_a_resumed_run_says_that_its_settings_were_edited(tmp_path, caplog):
    run = resumable(tmp_path, "x")
    Run.to_resume(tmp_path, "train")
    assert "edited" not in caplog.text
    run.write_text("config.toml", "[train]\nepochs = 9\n")
    Run.to_resume(tmp_path, "train")
    assert f"{run.config_path} was edited since this run began" in caplog.text


def test_a_finished_run_whose_model_is_damaged_can_be_resumed(tmp_path):
    run = resumable(tmp_path, "x")
    assert not run.finished
    run.finish({})
    assert run.finished
    whole = run.model_path.read_bytes()
    for damage in (b"", whole[:-200], whole.replace(b"layers", b"lavers", 1)):
        run.model_path.write_bytes(damage)
        assert not run.finished
    run.model_path.unlink()
    assert not run.finished
    assert Run.to_resume(tmp_path, "train").name == "x"


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"step": {}, "started": []}'])
def test_a_run_that_has_forgotten_what_it_is_can_be_resumed_by_its_name(damage, tmp_path):
    run = resumable(tmp_path, "x")
    run.write_text("run.json", damage)
    assert Run.to_resume(tmp_path, "train", "x").name == "x"
    resumable(tmp_path, "y").write_json("run.json", {"step": "train", "started": 3})
    assert Run.to_resume(tmp_path, "train").name == "y"


def test_what_is_no_run_is_not_resumed(tmp_path, monkeypatch):
    project = tmp_path / "project"
    (project / "runs").mkdir(parents=True)
    for name in ("config.toml", "pyproject.toml", "history.csv"):
        (project / name).write_text("")
    monkeypatch.chdir(project)
    resumable(project / "runs", "x", "pretrain")
    for name in ("", ".", "..", "x", str(project)):
        with pytest.raises(RunError, match=r"no run of train|No such run"):
            Run.to_resume(project / "runs", "train", name)
    assert Run.to_resume(project / "runs", "pretrain", "../runs/x").name == "x"


def test_without_checkpoints_a_run_begins_anew_and_says_so(tmp_path, caplog):
    run = resumable(tmp_path, "x")
    run.checkpoints.rmdir()
    assert Run.to_resume(tmp_path, "train", "x").checkpoints.is_dir()
    assert "beginning anew" in caplog.text


def test_a_run_with_a_history_is_not_discarded(tmp_path):
    run = Run.create(tmp_path, "x")
    run.checkpoints.rmdir()
    run.write_text("history.csv", "epoch\n1\n")
    run.discard_if_empty()
    assert run.folder.exists()


def test_other_files_among_the_samples_are_passed_over(tmp_path):
    run = Run.create(tmp_path, "x")
    run.write_samples([b"a", b"b"])
    (run.samples_path / "1 (copy)").write_bytes(b"")
    assert run.read_samples() == [b"a", b"b"]
