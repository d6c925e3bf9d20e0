"""Generated forecasters, put through their own tests."""

import json

import numpy as np
import pandas as pd
import pytest

from tests.templates.generated import check_project, run

OPTIONS = {
    "defaults": [],
    "from a file": ["source=path", "path=demand.csv", "targets=north, south", "known=holiday"],
    "quantiles": ["output=quantiles", "cell=gru", "calendar=hour,weekday"],
    "two layers": ["layers=2", "cell=simple_rnn", "normalization=reversible_instance"],
    "odd segments": ["segment=7", "horizon=25", "loss=huber", "schedule=one_cycle"],
    "plain": ["network=plain", "cell=gru", "optimizer=adam", "normalization=none"],
    "plain quantiles": ["network=plain", "layers=2", "output=quantiles", "calendar=month,weekend"],
}
# One goes all the way, one of the other network and one of the other output part of it. Of the
# others one step is trained.
TESTED: dict[str, list[str]] = {
    "defaults": [],
    "plain": ["-k", "not serving"],
    "quantiles": ["-k", "not finetune and not serving"],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", OPTIONS)
def test_generated_project(name, tmp_path):
    tests = TESTED.get(name, ["tests/test_model.py"])
    check_project("lstm-forecaster", OPTIONS[name], tmp_path, tests)


@pytest.mark.slow
def test_on_a_random_walk_it_falls_back_on_the_last_value(tmp_path):
    steps = np.random.default_rng(5).normal(size=(4000, 3))
    times = pd.date_range("2025-01-01", periods=len(steps), freq="h")
    walk = pd.DataFrame(steps.cumsum(axis=0), index=pd.Index(times, name="time")).add_prefix("w")
    walk.to_csv(tmp_path / "walk.csv")
    run("dltemplates", "new", "lstm-forecaster", tmp_path / "walker", "--defaults")
    settings = ("source=path", f"path={tmp_path / 'walk.csv'}", "lookback=96", "horizon=24")
    chosen = [part for setting in settings for part in ("--set", f"data.{setting}")]
    run("walker", "train", *chosen, "--set", "train.steps=200", cwd=tmp_path / "walker")
    run("walker", "evaluate", cwd=tmp_path / "walker")
    metrics = json.loads(next(tmp_path.glob("walker/runs/*/metrics.json")).read_text())
    scores = {name: score["mse"] for name, score in metrics["scores"].items()}
    assert scores["network"] <= 1.05 * min(scores["repeat"], scores["seasonal-naive"])
