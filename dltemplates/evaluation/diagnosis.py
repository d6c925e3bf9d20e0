"""What a training's curves say, in words. Silence is better than a false alarm.

Thresholds are wide on purpose: a finding has to be plain to see, and beyond what chance does to a
validation split of its size.
"""

import numpy as np

from dltemplates.evaluation import advice
from dltemplates.evaluation.findings import Finding, Training, epochs_of, known, label
from dltemplates.evaluation.fit_findings import (
    by_heart,
    in_vain,
    leakage,
    overfitting,
    still_improving,
    unvalidated,
)
from dltemplates.evaluation.step_findings import exploded, learned_nothing, slow, unstable


def diagnose(training: Training) -> list[Finding]:
    """Findings, the gravest first. That nothing is wrong is one; so is that none can be made."""
    if training.kept:
        words = "The weights are those that it started from."
        return [Finding("Nothing was trained", words, "finetune.steps is 0.", good=True)]
    if "loss" not in training.history:
        return [Finding("No curves", "The history of this run is missing or empty.", "history.csv")]
    for rule in (exploded, learned_nothing):  # all else would follow from it
        if (finding := rule(training)) is not None:
            return [finding]
    rules = (
        leakage,
        slow,
        unstable,
        in_vain,
        overfitting,
        by_heart,
        still_improving,
        unvalidated,
    )
    found = [finding for rule in rules if (finding := rule(training)) is not None]
    if not found:
        found.append(_fine(training) if len(training.history) > 2 else _short(training))
    return found


def _fine(training: Training) -> Finding:
    name, history = training.monitor, training.history
    best = np.nanmax(history[name]) if training.higher_is_better else np.nanmin(history[name])
    return Finding(
        "Nothing is wrong",
        "Training and validation went the same way, and levelled off.",
        f"{label(name).capitalize()} was {training.say(best)} at best and "
        f"{training.say(known(history[name])[-1])} at the end of {epochs_of(len(history))}.",
        good=True,
    )


def _short(training: Training) -> Finding:
    return Finding(
        "Too short to judge",
        "Curves of so few epochs say little.",
        "The run has one epoch."
        if len(training.history) == 1
        else f"The run has {epochs_of(len(training.history))}.",
        "Train for longer.",
        advice.last(training.settings, len(training.history), 5 * len(training.history)),
    )
