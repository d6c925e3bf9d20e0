"""What the curve of a learning-rate range test says."""

from dataclasses import dataclass

import numpy as np

_WINDOW = 9  # steps to either side
_FEWEST = 20  # steps that say anything
_SHARE = 0.1  # of the rate with the lowest loss
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
    """Suggests a tenth of the rate at which the smoothed loss is lowest.

    At the lowest loss itself training is about to fail. The other usual rule, the steepest place of
    the curve, moves with the noise: over the templates' sample data a tenth of the lowest came
    nearer to the rates that were measured to be good (within 2.5 times for Adam; for Muon, which
    fails late, it is six times too careful).

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
    values = smooth_curve(losses)
    lowest = int(values.argmin())
    early = max(len(rates) // 10, 5)
    start = float(np.mean(losses[:early]))
    drop = start - float(values[lowest])
    noise = float(np.std(losses[:early])) / (_WINDOW + 1) ** 0.5
    if not drop > max(_CLEAR * noise, _CLEAR_SHARE * abs(start)):
        return RangeTest(
            None,
            f"The loss has no clear descent: from {start:.4g} it fell by {max(drop, 0.0):.2g}, as "
            "batches differ. Keep the learning rate that is set, or try more --steps.",
        )
    suggestion = float(f"{_SHARE * rates[lowest]:.2g}")
    words = (
        f"The loss fell from {start:.4g} to {values[lowest]:.4g}, which it reached at a rate of "
        f"{rates[lowest]:.2g}."
    )
    if lowest >= _END * len(rates):
        words += " It was still falling at the highest rate: raise --high to see more."
    return RangeTest(suggestion, words)


def smooth_curve(losses: np.ndarray) -> np.ndarray:
    """The losses, each averaged with its neighbours on both sides, so that nothing is shifted.

    What is far above the start counts as little above it: the end of a test is an explosion.

    Args:
        losses: In the order of the steps.
    """
    start = float(np.mean(losses[: max(len(losses) // 10, 5)]))
    bounded = np.minimum(losses, start + abs(start))
    weights = np.bartlett(2 * _WINDOW + 3)[1:-1]
    sums = np.convolve(bounded, weights, mode="same")
    smooth: np.ndarray = sums / np.convolve(np.ones(len(losses)), weights, mode="same")
    return smooth
