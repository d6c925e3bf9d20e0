"""Findings on how the steps of a training went: too long, too short, or to no end."""

import numpy as np

from dltemplates.evaluation import advice
from dltemplates.evaluation.findings import Finding, Training, known, label
from dltemplates.evaluation.fit_findings import still_improving

_EXPLODED = 5.0  # times the loss of knowing nothing
_ABSURD = 1e4  # for a loss of scaled values
_JUMP = 1.25  # from one epoch's training loss to the next
_OFF = 8.0  # a learning rate this many times the usual one is no matter of taste


def exploded(training: Training) -> Finding | None:
    loss = training.history["loss"]
    ignorant = training.ignorant_loss or 1.0
    before = np.fmin.accumulate(np.concatenate([loss[:1], loss[:-1]]))
    limit = _EXPLODED * ignorant if training.ignorant_loss else _ABSURD
    bad = ~np.isfinite(loss) | (loss > limit) | (loss > 1000 * before)
    if training.validated:
        bad |= np.isinf(training.history[training.monitor])
    recovered = loss[-1] < 0.5 * ignorant and not bad[len(bad) // 2 :].any()
    if not bad.any() or recovered:
        return None
    first = int(np.argmax(bad))
    return Finding(
        "Learning rate too high",
        "The loss grew out of all proportion: steps were so long that they led away from what had "
        "been learned.",
        f"The training loss was {loss[first]:.4g} in epoch {training.history.epochs[first]}, "
        f"and at best {np.nanmin(loss):.4g}.",
        "Lower the learning rate.",
        advice.rate(training.settings, training.usual_rate, 0.25) + advice.clip(training.settings),
    )


def learned_nothing(training: Training) -> Finding | None:
    """No better than a constant answer on its own training data, and not about to change."""
    history, name = training.history, training.counterpart
    if training.trivial is None or name not in history or len(history) < 3:
        return None
    trained = known(history[name])
    best = trained.max() if training.higher_is_better else trained.min()
    reach = 1.0 - training.trivial if training.higher_is_better else -training.trivial
    if (best - training.trivial) / reach > 0.1 if reach else True:
        return None
    evidence = (
        f"On its training data {label(name)} was {training.say(best)} at best; "
        f"a constant answer has {training.say(training.trivial)}."
    )
    off = training.rate_ratio
    if off is not None and not 1 / _OFF < off < _OFF:
        high = off > 1
        return Finding(
            f"Learning rate too {'high' if high else 'low'}",
            "It learned hardly anything: its steps were too "
            + ("long to settle." if high else "short to get anywhere."),
            f"{evidence} The rate is {off:.2g} times what its optimizer usually wants.",
            f"{'Lower' if high else 'Raise'} the learning rate.",
            advice.rate(training.settings, training.usual_rate, 0.25 if high else 4.0),
        )
    if still_improving(training) is not None:
        return None
    return Finding(
        "Underfitting",
        "It does hardly better than a constant answer, even on what it was trained on.",
        evidence,
        "Look at a few items and their labels first: if a person could not tell, no network can. "
        "Otherwise give it more capacity or more time.",
        advice.enlarge(training.settings)
        + advice.last(training.settings, len(history), 2 * len(history)),
    )


def slow(training: Training) -> Finding | None:
    """A rate far below the usual one, and a loss that creeps down to the end."""
    off, loss = training.rate_ratio, known(training.history["loss"])
    if off is None or off > 1 / _OFF or len(loss) < 4:
        return None
    if np.mean(np.diff(loss) < 0) < 0.8 or loss[-1] > loss[len(loss) // 2] * 0.995:
        return None
    return Finding(
        "Learning rate too low",
        "The loss crept down from the first epoch to the last, and had far to go.",
        f"The training loss went from {loss[0]:.4g} to {loss[-1]:.4g}; the rate is {off:.2g} times "
        "what its optimizer usually wants.",
        "Raise the learning rate.",
        advice.rate(training.settings, training.usual_rate, 4.0),
    )


def unstable(training: Training) -> Finding | None:
    loss = training.history["loss"]
    late = np.arange(len(loss))[1:] > len(loss) / 4  # a peak of the learning rate may cost some
    jumps = np.flatnonzero((loss[1:] > _JUMP * loss[:-1]) & (loss[1:] > 0) & late) + 1
    if len(jumps) < 2:
        return None
    worst = jumps[np.argmax(loss[jumps] / loss[jumps - 1])]
    return Finding(
        "Unstable",
        "The training loss leapt up again and again, late in the run.",
        f"It rose by more than a quarter {len(jumps)} times, the most in epoch "
        f"{training.history.epochs[worst]}: from {loss[worst - 1]:.4g} to {loss[worst]:.4g}.",
        "Lower the learning rate, or make larger batches.",
        advice.rate(training.settings, training.usual_rate, 1 / 3) + advice.clip(training.settings),
    )
