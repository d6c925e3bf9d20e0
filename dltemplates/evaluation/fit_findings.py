"""Findings on how training and validation stand to each other."""

from typing import Any

import numpy as np

from dltemplates.evaluation import advice
from dltemplates.evaluation.curves import VALIDATION
from dltemplates.evaluation.findings import Finding, Training, epochs_of, known, label

_RISE = 0.07  # of the loss of validation, since its lowest
_GAP = 0.1  # of accuracy, between training and validation
_COPIES = 0.01  # share of a split that is in training too
# What makes training harder than validation, and the value that switches it off.
_HANDICAPS: dict[str, Any] = {
    "data.augmentation": "none",
    "data.mix": "none",
    "data.class_balance": "none",
    "model.dropout": 0,
    "model.ngram_dropout": 0,
    "model.span_dropout": 0,
    "model.noise": 0,
    "train.ema": False,
    "train.trim": 0,
}


def overfitting(training: Training) -> Finding | None:
    """Validation's loss rises for good while training's goes on falling.

    Where the figure that counts is an error, it is that in place of the loss.
    """
    history, monitor = training.history, training.monitor
    error = "val_loss"
    if not training.higher_is_better and monitor in history and training.counterpart in history:
        error = monitor
    if error not in history or len(history) < 4:
        return None
    loss, held_out = history[error.removeprefix(VALIDATION)], history[error]
    smooth = np.array([np.nanmedian(held_out[max(0, i - 1) : i + 2]) for i in range(len(loss))])
    near = max(0, int(np.nanargmin(smooth)) - 1)
    lowest = near + int(np.nanargmin(held_out[near : near + 3]))
    after = held_out[lowest + 1 :]
    end = float(np.nanmedian(after[-3:])) if len(after) >= 2 else np.nan
    swing = float(np.nanmedian(np.abs(np.diff(held_out)))) * 2
    if not end - smooth[lowest] > max(_RISE * abs(smooth[lowest]), swing):
        return None
    if np.mean(after > smooth[lowest]) < 0.9 or loss[-1] > 0.97 * loss[lowest]:
        return None
    if training.higher_is_better and training.validated:
        figure = history[training.monitor]
        gained = float(np.nanmax(figure[lowest:]) - np.nanmax(figure[: lowest + 1]))
        apart = float(known(history[training.counterpart])[-1] - known(figure)[-1])
        if apart < 0.03:
            return None
    else:
        gained = 0.0
    since, name = int(history.epochs[lowest]), label(error)
    words = "From then on it learned its training data by heart."
    more_right = gained > training.noise
    if more_right:
        words = (
            "From then on it became surer of itself than it had reason to be, although "
            f"{label(training.monitor)} still rose a little."
        )
    shorter = () if more_right else advice.last(training.settings, len(history), max(since, 1))
    return Finding(
        f"Overfitting since epoch {since}",
        words,
        f"{name.capitalize()} was {held_out[lowest]:.4g} in epoch {since} and {end:.4g} at the "
        f"end, while {name.replace('validation', 'training')} fell from {loss[lowest]:.4g} to "
        f"{loss[-1]:.4g}.",
        "More data helps most. Otherwise make it harder to learn by heart"
        + (", or stop earlier." if shorter else "."),
        advice.regularize(training.settings)[:3] + shorter,
    )


def by_heart(training: Training) -> Finding | None:
    """Right far more often in training than in validation, although nothing got worse."""
    history, name = training.history, training.counterpart
    if not (training.validated and training.higher_is_better and name in history):
        return None
    if len(history) < 3 or overfitting(training) is not None:
        return None
    figure, own = (float(known(history[each])[-1]) for each in (training.monitor, name))
    if own - figure < max(_GAP, 3 * training.noise):
        return None
    return Finding(
        "Learned much by heart",
        "It knows its training data far better than others like them.",
        f"{label(training.monitor).capitalize()} was {training.say(figure)} at the end, "
        f"training's {training.say(own)}.",
        "More data helps most. Otherwise make it harder to learn by heart.",
        advice.regularize(training.settings)[:3],
    )


def still_improving(training: Training) -> Finding | None:
    history, epochs = training.history, len(training.history)
    if not training.validated or epochs < 2 or overfitting(training) is not None:
        return None
    error = history[training.monitor]
    error = 1.0 - error if training.higher_is_better else error
    if training.higher_is_better and error[-1] <= 0.0:  # all is right already
        return None
    # A rate that falls to zero brings the last gains itself: there the last epoch alone can tell.
    constant = training.settings.get("train.schedule") == "constant"
    some = max(1, epochs // 4) if constant else 1
    before, now = np.mean(error[-2 * some : -some]), np.mean(error[-some:])
    steps = np.diff(error[-2 * some - 1 :])
    scatter = np.std(steps) / some**0.5 if len(steps) > 2 else 0.0
    enough = (0.1 if constant else 0.05) * abs(before)
    if not before - now > max(enough, 2 * training.noise, 2 * scatter):
        return None
    if np.nanargmin(error) < epochs - some or (epochs > 3 and before - now < _usual_step(error)):
        return None
    then, last = (float(1.0 - e if training.higher_is_better else e) for e in (before, now))
    cut_short = training.planned is not None and epochs < training.planned
    return Finding(
        "Still improving when it stopped",
        "It had not learned all that it could.",
        f"{label(training.monitor).capitalize()} went from {training.say(then)} to "
        f"{training.say(last)} in the last {epochs_of(some)}.",
        f"It was to have {training.planned} epochs: let it go on."
        if cut_short
        else "Train for longer.",
        () if cut_short else advice.last(training.settings, epochs, 2 * epochs),
    )


def _usual_step(error: np.ndarray) -> float:
    return float(np.nanmedian(np.abs(np.diff(error))))


def in_vain(training: Training) -> Finding | None:
    """It learned its training data, and nothing that holds beyond them."""
    if training.trivial is None or not training.validated or len(training.history) < 3:
        return None
    figure = known(training.history[training.monitor])
    better = figure.max() > training.trivial
    if not training.higher_is_better:
        better = figure.min() < training.trivial
    if better or still_improving(training) is not None:
        return None
    best = figure.max() if training.higher_is_better else figure.min()
    return Finding(
        "No better than a constant answer",
        "What it learned does not hold for items that it was not trained on.",
        f"{label(training.monitor).capitalize()} was {training.say(best)} at best; "
        f"a constant answer has {training.say(training.trivial)}.",
        "Look at a few items and their labels: could a person tell? If so, more data helps.",
        advice.regularize(training.settings)[:2],
    )


def leakage(training: Training) -> Finding | None:
    copied = {name: share for name, share in training.copies.items() if share > _COPIES}
    if copied:
        listed = ", ".join(f"{share:.1%} of {name}" for name, share in copied.items())
        return Finding(
            "Leakage: the splits share items",
            "Items that it is measured on were also trained on, which flatters every figure.",
            f"The same as a training item: {listed}.",
            "Remove the copies, or divide the data yourself so that they stay on one side.",
        )
    history = training.history
    name = training.counterpart
    if not (training.validated and training.higher_is_better and name in history):
        return None
    if any(training.settings.get(key, off) != off for key, off in _HANDICAPS.items()):
        return None
    gap = (history[training.monitor] - history[name])[-3:]
    if len(history) < 5 or not np.all(gap > max(0.03, 3 * training.noise)):
        return None
    return Finding(
        "Leakage suspected",
        "Validation comes out better than training, and nothing in the settings explains it.",
        f"{label(training.monitor).capitalize()} is above training's by {training.say(gap.min())} "
        "or more in the last three epochs.",
        "Look for items that are in both splits in another form, and for a validation split that "
        "is easier than the data at large.",
    )


def unvalidated(training: Training) -> Finding | None:
    if training.validated:
        return None
    return Finding(
        "Nothing was held out",
        "Without validation nobody can tell learning from learning by heart.",
        f"The history has no {training.monitor}.",
        "Hold out a part of the training data.",
        advice.hold_out(training.settings),
    )
