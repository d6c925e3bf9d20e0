"""What the curve of a learning-rate range test says."""

from dataclasses import dataclass

import numpy as np

from dltemplates.callbacks.learning_rate_finder import smoothed

SMOOTHING = 0.9  # share of the past
_FEWEST = 20  # steps that say anything
_SHARE = 0.9  # of the descent, which the suggested rate has behind it
_CLEAR = 4.0  # a descent of so many standard errors of the smoothed loss
_CLEAR_SHARE = 0.02  # and of so much of the loss at the start
_END = 0.97  # of the steps; what is lowest beyond lies at the end


@dataclass(frozen=True)
class RangeTest:
    """The result of a range test.

    Attributes:
        suggestion: A learning rate, or None where the curve has no clear descent.
        words: What the curve shows, as a sentence or two.
    """

    suggestion: float | None
    words: str


def read_curve(rates: np.ndarray, losses: np.ndarray) -> RangeTest:
    """Suggests the rate at which nine tenths of the descent of the smoothed loss are done.

    The lowest loss itself lies where training begins to fail, and on a wide valley anywhere in it;
    its steepest place moves with the noise. This one stays.

    Args:
        rates: Rising learning rates.
        losses: Loss of the step at each.
    """
    if len(rates) < _FEWEST:
        return RangeTest(
            None,
            f"Only {len(rates)} steps before training failed: too few to say. Lower --low, or look "
            "for what else is wrong.",
        )
    values = smoothed(losses, SMOOTHING)
    lowest = int(np.nanargmin(values))
    early = max(len(rates) // 10, 5)
    start = float(np.mean(losses[:early]))
    drop = start - float(values[lowest])
    noise = float(np.std(losses[:early])) * ((1 - SMOOTHING) / (1 + SMOOTHING)) ** 0.5
    if not drop > max(_CLEAR * noise, _CLEAR_SHARE * abs(start)):
        return RangeTest(
            None,
            f"The loss has no clear descent: from {start:.4g} it fell by {max(drop, 0.0):.2g}, as "
            "batches differ. Keep the learning rate that is set, or try more --steps.",
        )
    done = int(np.argmax(values <= start - _SHARE * drop))
    suggestion = float(f"{rates[done]:.2g}")
    words = (
        f"The loss fell from {start:.4g} to {values[lowest]:.4g}, which it reached at a rate of "
        f"{rates[lowest]:.2g}."
    )
    if lowest >= _END * len(rates):
        words += " It was still falling at the highest rate: raise --high to see more."
    return RangeTest(suggestion, words)
