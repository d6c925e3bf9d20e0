"""Each kind of training by its curves: made ones, and ones that real trainings left."""

import csv
import io
import json
import math
from pathlib import Path

import numpy as np
import pytest

from dltemplates.evaluation.curves import Curves
from dltemplates.evaluation.diagnosis import diagnose
from dltemplates.evaluation.findings import Training
from dltemplates.training.run_history import read_history

REAL = json.loads((Path(__file__).parent / "real_histories.json").read_text("utf-8"))
SETTINGS = {
    "data.augmentation": "light",
    "model.dropout": 0.2,
    "model.width": 64,
    "train.epochs": 20,
    "train.learning_rate": "auto",
    "train.schedule": "constant",
}
FINE = "Nothing is wrong"


def history(**columns):
    arrays = {name: np.array(values, float) for name, values in columns.items()}
    return Curves(np.arange(1, len(arrays["loss"]) + 1), arrays)


def read_curves(text):
    return Curves.of(read_history(text)[0])


def classifier(history, **facts):
    facts = {"trivial": 0.1, "ignorant_loss": math.log(10), "validation_items": 1000} | facts
    return Training(
        history, "val_accuracy", True, facts.pop("settings", SETTINGS), usual_rate=0.1, **facts
    )


def names(training):
    return [finding.name for finding in diagnose(training)]


def falling(epochs=20, start=2.0, end=0.3):
    return end + (start - end) * np.exp(-np.arange(epochs) / (epochs / 10))


def healthy(epochs=20, noise=0.0, seed=0):
    noises = np.random.default_rng(seed).normal(size=(2, epochs)) * noise
    loss, accuracy = falling(epochs), 1 - falling(epochs, 0.8, 0.1)
    return history(
        loss=loss,
        accuracy=accuracy,
        val_loss=1.1 * loss * (1 + noises[0]),
        val_accuracy=np.minimum(accuracy - 0.02 + noises[1] * 0.2, 1),
    )


def overfitted():
    rise = np.concatenate([falling(8, 2.0, 0.6), np.linspace(0.62, 1.1, 12)])
    return history(
        loss=falling(20, 2.0, 0.01),
        accuracy=1 - falling(20, 0.8, 0.001),
        val_loss=rise,
        val_accuracy=np.concatenate([1 - falling(8, 0.8, 0.3), np.full(12, 0.69)]),
    )


@pytest.mark.parametrize("noise", [0.0, 0.05, 0.1])
@pytest.mark.parametrize("seed", range(20))
def test_a_noisy_but_healthy_run_is_left_in_peace(noise, seed):
    assert names(classifier(healthy(noise=noise, seed=seed))) == [FINE]


@pytest.mark.parametrize("epochs", [3, 5, 8, 50, 200])
def test_healthy_runs_of_any_length(epochs):
    assert not {"Unstable", "Learning rate too high"} & set(
        names(classifier(healthy(epochs, 0.03)))
    )


def test_overfitting_names_the_epoch_and_what_to_change():
    (finding,) = diagnose(classifier(overfitted()))
    assert finding.name == "Overfitting since epoch 8"
    changes = {change.key: change.to for change in finding.changes}
    assert changes == {"data.augmentation": "strong", "model.dropout": 0.4, "train.epochs": 8}


def test_an_error_that_rises_is_overfitting_though_its_loss_hardly_does():
    epochs = np.arange(15)
    curves = history(
        loss=0.45 - 0.001 * epochs,
        mse=0.42 - 0.003 * epochs,
        val_loss=0.44 + 0.001 * epochs,
        val_mse=0.43 + 0.003 * epochs,
    )
    (finding,) = diagnose(Training(curves, "val_mse", settings={"model.dropout": 0.1}))
    assert finding.name == "Overfitting since epoch 1"
    assert finding.evidence.startswith("Validation mean squared error was 0.43 in epoch 1")


@pytest.mark.parametrize(("accuracy", "items", "found"), [(0.75, 98, 1), (0.9, 98, 0), (0.8, 9, 0)])
def test_what_is_learned_by_heart_is_said(accuracy, items, found):
    run = healthy(noise=0.01)
    run.columns["accuracy"][:] = np.minimum(run["accuracy"] + 0.08, 0.98)
    run.columns["val_accuracy"][:] = np.minimum(run["val_accuracy"], accuracy)
    heart = [each for each in diagnose(classifier(run, validation_items=items)) if not each.good]
    assert [each.name for each in heart] == ["Learned much by heart"] * found
    for each in heart:
        assert "75.0% at the end, training's 98.0%" in each.evidence
        assert each.changes[0].key == "data.augmentation"


def test_only_settings_that_there_are_get_named():
    settings = {"train.steps": 2000, "train.steps_per_epoch": 100}
    (finding,) = diagnose(classifier(overfitted(), settings=settings))
    assert {change.key: change.to for change in finding.changes} == {"train.steps": 800}


def test_underfitting():
    curves = {"loss": 2.29, "accuracy": 0.12, "val_loss": 2.3, "val_accuracy": 0.11}
    flat = history(**{name: np.full(20, value) for name, value in curves.items()})
    (finding,) = diagnose(classifier(flat))
    assert finding.name == "Underfitting"
    assert {change.key for change in finding.changes} == {"model.width", "train.epochs"}


@pytest.mark.parametrize(("rate", "words"), [(2.0, "high"), (0.001, "low")])
def test_a_rate_far_from_the_usual_one_is_blamed(rate, words):
    curves = {"loss": 2.29, "accuracy": 0.12, "val_loss": 2.3, "val_accuracy": 0.11}
    flat = history(**{name: np.full(20, value) for name, value in curves.items()})
    (finding,) = diagnose(classifier(flat, settings=SETTINGS | {"train.learning_rate": rate}))
    assert finding.name == f"Learning rate too {words}"
    assert [(c.key, c.to) for c in finding.changes] == [("train.learning_rate", "auto")]


def test_a_creeping_loss_at_a_tiny_rate():
    settings = {"train.learning_rate": 1e-5, "train.steps": 900, "train.steps_per_epoch": 100}
    loss = np.linspace(1.0, 0.8, 9)
    training = Training(
        history(loss=loss, val_loss=loss), settings=settings, usual_rate=1e-3, monitor="val_loss"
    )
    assert names(training)[0] == "Learning rate too low"


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e12])
def test_an_explosion(value):
    run = healthy()
    run.columns["loss"][15:] = value
    (finding,) = diagnose(classifier(run))
    assert finding.name == "Learning rate too high"
    assert [(c.key, c.to) for c in finding.changes] == [("train.learning_rate", 0.03)]


def test_instability():
    run = healthy()
    run.columns["loss"][[10, 13, 17]] *= 2
    assert "Unstable" in names(classifier(run))


def test_still_improving():
    run = healthy(20)
    for name, column in run.columns.items():
        column[:] = np.linspace(2, 0.5, 20) if "loss" in name else np.linspace(0.2, 0.8, 20)
    (finding,) = diagnose(classifier(run))
    assert finding.name == "Still improving when it stopped"
    assert [(c.key, c.to) for c in finding.changes] == [("train.epochs", 40)]


def test_what_is_all_right_already_is_not_still_improving():
    curves = history(
        loss=[1.5, 1.2, 0.9],
        accuracy=[0.7, 0.8, 0.9],
        val_loss=[1.4, 1.3, 0.9],
        val_accuracy=[0.7, 0.84, 1.0],
    )
    assert "Still improving when it stopped" not in names(classifier(curves))


def test_a_run_that_was_cut_short_is_not_told_to_plan_for_more():
    run = history(
        loss=np.linspace(2, 1, 5),
        accuracy=np.linspace(0.2, 0.6, 5),
        val_loss=np.linspace(2, 1, 5),
        val_accuracy=np.linspace(0.2, 0.6, 5),
    )
    (finding,) = diagnose(classifier(run))
    assert "20 epochs" in finding.advice and not finding.changes


def test_copies_in_two_splits():
    (finding,) = diagnose(classifier(healthy(), copies={"test": 0.04, "validation": 0.001}))
    assert finding.name.startswith("Leakage") and "4.0% of test" in finding.evidence
    assert "validation" not in finding.evidence


def test_validation_better_than_training_needs_a_reason():
    run = healthy()
    run.columns["val_accuracy"][:] = np.minimum(run.columns["accuracy"] + 0.06, 1)
    plain = SETTINGS | {"data.augmentation": "none", "model.dropout": 0.0}
    assert names(classifier(run, settings=plain)) == ["Leakage suspected"]
    assert names(classifier(run)) == [FINE]


def test_learning_in_vain():
    run = overfitted()
    run.columns["val_accuracy"][:] = 0.1
    assert "No better than a constant answer" in names(classifier(run))


def test_no_validation_and_no_history():
    run = history(loss=falling(), accuracy=1 - falling(20, 0.8, 0.1))
    settings = SETTINGS | {"data.validation_fraction": 0.0}
    (finding,) = diagnose(classifier(run, settings=settings))
    assert finding.name == "Nothing was held out"
    assert [(c.key, c.to) for c in finding.changes] == [("data.validation_fraction", 0.1)]
    assert names(classifier(history(loss=[]))) == ["No curves"]


@pytest.mark.parametrize("case", REAL, ids=[case["what"] for case in REAL])
def test_real_trainings(case):
    file = io.StringIO()
    csv.writer(file).writerows([case["columns"], *case["rows"]])
    accurate = "val_accuracy" in case["columns"]
    training = Training(
        read_curves(file.getvalue()),
        case["monitor"],
        accurate,
        case["settings"],
        trivial=1 / case["classes"] if accurate else None,
        ignorant_loss=math.log(case["classes"]) if accurate else None,
        usual_rate=case["usual_rate"],
        validation_items=case["validation_items"],
    )
    assert names(training) == case["findings"]


@pytest.mark.parametrize(
    "text", ["", "epoch", "epoch,loss\n", "\0\1\2", "a,b\n1,2\n", "epoch,loss\nx,y\n0\n"]
)
def test_damaged_histories_are_no_error(text):
    assert names(Training(read_curves(text))) == ["No curves"]


def test_epochs_count_from_one():
    run = read_curves("epoch,loss,val_loss\n0,1.0,NA\n1,0.5,nan\n")
    assert run.epochs.tolist() == [1, 2] and "loss" in run and "val_loss" not in run


def test_weights_that_were_kept_have_no_curves_and_no_fault():
    found = diagnose(Training(history(loss=[]), kept=True))
    assert [(each.name, each.good) for each in found] == [("Nothing was trained", True)]
