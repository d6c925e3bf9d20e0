import math
import multiprocessing
import time

import pytest

pytest.importorskip("optuna")

from optuna.trial import TrialState

from dltemplates.callbacks.epoch_report import Monitored
from dltemplates.errors import ConfigError, RunError
from dltemplates.project.config import load_config
from dltemplates.project.search_space import read_space
from dltemplates.project.study import FAILURE, Study
from tests.project.small_project import CONFIG, SPACE, TOML

names: dict = {}
exec(CONFIG, names)  # the schema of the small project
EPOCHS = 4


def settings(folder, extra=""):
    path = folder / "config.toml"
    path.write_text(TOML + SPACE + extra, "utf-8")
    config = load_config(names["Config"], path)
    return config, read_space(config, path)


def opened(folder, extra=""):
    config, space = settings(folder, extra)
    path = folder / "tune" / "study.db"
    if not path.exists():
        Study.begin(path, config, space, Monitored("val_loss", "min", EPOCHS))
    return Study(path, config, space)


def loss(config):
    """Lowest at a rate of 0.03."""
    rate = config.train.learning_rate
    return 0.5 if rate == "auto" else abs(math.log10(rate / 0.03)) + config.train.seed * 1e-3


def rehearse(config, callbacks, seconds=0.0):
    """As a training of some epochs would go."""
    time.sleep(seconds)
    for callback in callbacks:
        callback.set_params({"epochs": EPOCHS, "steps": 1, "monitor": "val_loss", "mode": "min"})
        callback.on_train_begin()
        for epoch in range(EPOCHS):
            callback.on_epoch_end(epoch, {"val_loss": loss(config) + 1.0 / (epoch + 1)})
    return {"best_epoch": EPOCHS, "val_loss": loss(config)}


def run(study, count, rehearse=rehearse, deadline=math.inf):
    seen = []
    study.run(count, deadline, rehearse, seen.append)
    return seen


def share(folder, count):
    """What one of several processes does."""
    from functools import partial
    from pathlib import Path

    run(opened(Path(folder)), count, partial(rehearse, seconds=0.2))


def test_the_first_trial_is_the_configuration_as_it_is(tmp_path):
    study = opened(tmp_path)
    run(study, 1)
    default = study.default_trial()
    assert default.value == 0.5
    assert len(study.trials.trials) == 1
    assert study.settings(default) == {}
    assert default.params == {"model.dropout": 0.0}  # "auto" is no number of the range
    assert study.best_trial().number == 0


def test_it_finds_something_better_and_cuts_short_what_is_worse(tmp_path):
    study = opened(tmp_path)
    run(study, 20)
    assert study.best_trial().value < 0.2
    assert 0.015 < study.settings(study.best_trial())["train.learning_rate"] < 0.06
    counts = study.counts()
    assert counts["cut short"] >= 2
    assert sum(counts.values()) == 20
    pruned = study.trials.get_trials(states=(TrialState.PRUNED,))
    assert all(len(trial.intermediate_values) >= 2 for trial in pruned)  # a quarter is left alone


def test_a_study_goes_on_as_if_it_had_not_stopped(tmp_path):
    for name in ("whole", "parts"):
        (tmp_path / name).mkdir()
    run(opened(tmp_path / "whole"), 12)
    for count in (4, 12):
        run(opened(tmp_path / "parts"), count)
    whole, parts = (
        [trial.params for trial in opened(tmp_path / name).trials.trials]
        for name in ("whole", "parts")
    )
    assert whole == parts
    assert len(whole) == 12
    assert run(opened(tmp_path / "parts"), 12) == []


def test_failed_trials_are_recorded_and_not_fatal(tmp_path):
    def fails_at_high_rates(config, callbacks):
        if config.train.learning_rate != "auto" and config.train.learning_rate > 0.05:
            raise MemoryError
        return rehearse(config, callbacks)

    study = opened(tmp_path)
    run(study, 15, fails_at_high_rates)
    failed = study.trials.get_trials(states=(TrialState.FAIL,))
    assert len(failed) >= 2
    assert {trial.user_attrs[FAILURE] for trial in failed} == set(study.failures())
    assert sum(study.counts().values()) == 15


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_a_trial_that_was_stopped_is_tried_again(tmp_path, stop):
    def stopped(config, callbacks):
        raise stop

    with pytest.raises(stop):
        run(opened(tmp_path), 3, stopped)
    study = opened(tmp_path)
    assert not study.busy()
    run(study, 3)
    assert study.default_trial().value == 0.5
    assert study.counts()["finished"] == 3


def test_no_trial_begins_when_the_time_is_over(tmp_path):
    assert run(opened(tmp_path), 5, deadline=time.monotonic()) == []


def test_repeats_have_other_seeds_and_are_kept(tmp_path):
    study = opened(tmp_path)
    run(study, 8)
    best = study.best_trial()
    values = study.repeat(best, 2, math.inf, rehearse)
    assert values == pytest.approx([best.value + 1e-3, best.value + 2e-3])
    assert opened(tmp_path).repeat(best, 2, math.inf, None) == values


@pytest.mark.parametrize(
    "change", [("high = 0.3", "high = 0.4"), ("epochs = 2", "epochs = 3"), ("seed = 0", "seed = 1")]
)
def test_another_question_is_another_study(tmp_path, change, monkeypatch):
    study = opened(tmp_path)
    for name in ("SPACE", "TOML"):
        monkeypatch.setitem(globals(), name, globals()[name].replace(*change))
    config, space = settings(tmp_path)
    with pytest.raises(ConfigError, match="--study"):
        Study(study.path, config, space)


def test_a_file_that_is_no_study(tmp_path):
    (tmp_path / "tune").mkdir()
    (tmp_path / "tune" / "study.db").write_bytes(b"no database" * 100)
    with pytest.raises(RunError, match="This is no study"):
        opened(tmp_path)


def test_who_comes_second_joins_the_study(tmp_path):
    study = opened(tmp_path)
    run(study, 2)
    config, space = settings(tmp_path)
    Study.begin(study.path, config, space, study.monitored)
    assert len(opened(tmp_path).trials.trials) == 2
    assert [path.name for path in study.path.parent.iterdir()] == ["study.db"]


@pytest.mark.slow
def test_two_processes_share_a_study(tmp_path):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=share, args=(str(tmp_path), 8)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0]
    trials = opened(tmp_path).trials.trials
    assert 8 <= len(trials) <= 9  # two may begin the last one at the same moment
    assert len([trial for trial in trials if "defaults" in trial.user_attrs]) == 1
    tried = [trial.params["train.learning_rate"] for trial in trials[1:]]
    assert len(set(tried)) == len(tried)
    assert {trial.state.name for trial in trials} <= {"COMPLETE", "PRUNED"}
