import pytest

from dltemplates.errors import RunError
from dltemplates.project.commands import Project
from dltemplates.project.training_command import _learn
from dltemplates.training.run import Run
from dltemplates.training.run_lock import lock_run


class Failing(Project):
    """A project whose training learns nothing."""

    def function(self, module, name):
        def train(config, run):
            raise RunError("The data are gone.")

        return train


def test_a_training_that_learned_nothing_leaves_nothing(tmp_path):
    run = Run.create(tmp_path / "runs", "x")
    with pytest.raises(RunError, match="data are gone"):
        _learn(Failing("mine", run.runs), "train", None, run, tensorboard=False, mlflow=False)
    assert not run.runs.exists()


def test_a_run_that_another_process_trains_is_left_alone(tmp_path):
    """Also in its first epoch, when it has saved nothing yet."""
    run = Run.create(tmp_path, "x")
    run.begin("train", "mine", "")
    with lock_run(run.folder), pytest.raises(RunError, match="Another process"):
        _learn(Failing("mine", tmp_path), "train", None, run, tensorboard=False, mlflow=False)
    assert (run.folder / "run.json").exists()
