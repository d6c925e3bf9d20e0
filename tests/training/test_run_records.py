import fcntl
import subprocess
import sys

import pytest

from dltemplates.errors import RunError
from dltemplates.training.run_folders import find_run, is_run, read_runs
from dltemplates.training.run_lock import LOCK
from dltemplates.training.run_records import Best, RunRecord
from tests.training.small_runs import HISTORY, make_run


def test_a_finished_run(tmp_path):
    run = RunRecord(make_run(tmp_path, "a", metrics={"split": "test", "items": 3, "accuracy": 0.9}))
    assert (run.state, run.step, run.seconds) == ("finished", "train", 245.0)
    assert run.started.isoformat() == run.started.astimezone().isoformat()
    assert (run.finished - run.started).total_seconds() == 300
    assert run.best == Best(2, "val_accuracy", 0.8)
    assert run.history.epochs == [1, 2, 3]
    assert run.history.values["loss"] == [1.0, None, 0.8]
    assert (run.split, run.scores) == ("test", {"accuracy": 0.9})
    assert run.damage == []


def test_scores_are_those_of_the_own_model(tmp_path):
    metrics = {
        "split": "test",
        "mean": 1.0,
        "scores": {"network": {"mae": 0.1}, "naive": {"mae": 2.0}},
    }
    run = RunRecord(make_run(tmp_path, "a", metrics=metrics))
    assert run.scores == {"mae": 0.1}


def test_states(tmp_path):
    folder = make_run(tmp_path, "a", finished=False)
    assert RunRecord(folder).state == "interrupted"
    assert not RunRecord(folder).may_be_training
    with open(folder / LOCK, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert RunRecord(folder).state == "training"
    assert RunRecord(folder).state == "interrupted"
    (folder / "history.csv").write_text(HISTORY)  # now
    assert RunRecord(folder).may_be_training
    (folder / "config.toml").write_text("[train")
    damaged = RunRecord(folder)
    assert damaged.state == "damaged"
    assert "config.toml is no TOML" in damaged.damage[0]


def test_a_finished_run_without_its_model_is_damaged(tmp_path):
    folder = make_run(tmp_path, "a")
    (folder / "model.keras").write_bytes(b"PK")
    assert RunRecord(folder).state == "damaged"
    (folder / "model.keras").unlink()
    run = RunRecord(folder)
    assert (run.state, run.damage) == ("damaged", ["model.keras is gone."])


def test_an_older_run_is_finished_and_its_epochs_count_from_0(tmp_path):
    folder = make_run(tmp_path, "a", run=None, done=None, environment=None)
    (folder / "history.csv").write_text("epoch,loss,val_loss\n0,3.0,3.0\n1,2.0,1.0\n2,1.0,2.0\n")
    run = RunRecord(folder)
    assert run.state == "finished"
    assert run.best == Best(2, "val_loss", 1.0)
    assert run.history.epochs == [1, 2, 3]
    assert run.seconds is not None


def test_what_a_run_says_of_its_time_may_be_absurd(tmp_path):
    for seconds in (float("inf"), -1, "long", 10**400):
        folder = make_run(tmp_path, str(seconds)[:4], done={"training_seconds": seconds})
        assert RunRecord(folder).training_seconds is None
        assert RunRecord(folder).seconds >= 0


def test_settings_are_those_of_the_tables(tmp_path):
    config = 'odd = 1\n[data]\nsource = "sample"\n[train]\nepochs = 3\n'
    run = RunRecord(make_run(tmp_path, "a", config=config))
    assert run.settings == {"odd": 1, "data.source": "sample", "train.epochs": 3}


@pytest.mark.parametrize("contents", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000])
@pytest.mark.parametrize("name", ["run", "done", "environment", "data", "metrics"])
def test_damaged_records_are_said(tmp_path, name, contents):
    folder = make_run(tmp_path, "a")
    (folder / f"{name}.json").write_bytes(contents)
    run = RunRecord(folder)
    assert (run.state, run.scores, run.best.epoch) == ("finished", {}, 2)
    assert run.fingerprints == {} or name != "data"
    assert run.environment == {} or name != "environment"
    assert any(f"{name}.json" in sentence for sentence in run.damage)


@pytest.mark.parametrize(
    "text", ["", "epoch", "epoch,loss\n1,0.5\n2,0.", "loss\n1", "epoch,loss\n1"]
)
def test_half_a_history_is_read_as_far_as_it_goes(tmp_path, text):
    folder = make_run(tmp_path, "a", finished=False)
    (folder / "history.csv").write_text(text)
    run = RunRecord(folder)
    assert run.history.epochs == ([1, 2] if "0.5" in text else [])
    assert run.best is None or run.best.metric == "loss"


def test_the_newest_run_comes_first(tmp_path):
    make_run(tmp_path, "a", started="2026-03-02T00:00:00+00:00")
    make_run(tmp_path, "c", started="2026-03-01T23:00:00-05:00")
    make_run(tmp_path, "b", started="2026-03-01T00:00:00+00:00")
    assert [run.name for run in read_runs(tmp_path)] == ["c", "a", "b"]
    assert read_runs(tmp_path / "none") == []


def test_what_is_not_a_run(tmp_path):
    run = make_run(tmp_path / "runs", "a")
    project = tmp_path / "project"
    project.mkdir()
    (project / "config.toml").touch()
    assert not is_run(project)
    make_run(tmp_path, "other")
    (tmp_path / "other" / "pyproject.toml").touch()
    (tmp_path / "link").symlink_to(run)
    (tmp_path / "empty").mkdir()
    assert read_runs(tmp_path) == []
    assert is_run(run)


def test_a_run_is_found_by_name_or_path_or_its_nearest_is_named(tmp_path):
    folder = make_run(tmp_path, "first")
    assert find_run(tmp_path, "first").folder == folder
    assert find_run(tmp_path / "elsewhere", str(folder)).folder == folder
    with pytest.raises(RunError, match="'fist'") as caught:
        find_run(tmp_path, "fist")
    assert caught.value.hint == "Did you mean 'first'?"
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunError, match="not a run"):
        find_run(tmp_path, "empty")
    with pytest.raises(RunError) as caught:
        find_run(tmp_path / "none", "x")
    assert "none yet" in caught.value.hint


def test_reading_runs_loads_no_framework():
    code = (
        "import sys; import dltemplates.training.run_folders, dltemplates.project.runs_command;"
        "print({'tensorflow', 'keras', 'numpy', 'pandas'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
