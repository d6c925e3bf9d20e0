"""Whether settings are better than others, or only luckier."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_LEVEL = 0.95


@dataclass(frozen=True)
class Gain:
    """By how much one training is better than another.

    Attributes:
        gain: Difference of the means, above 0 if better.
        low: Lower end of its 95 % interval.
        high: Upper end.
    """

    gain: float
    low: float
    high: float

    @property
    def certain(self) -> bool:
        """Whether chance alone would hardly do that."""
        return self.low > 0.0


def compare_repeats(better: Sequence[float], usual: Sequence[float], mode: str) -> Gain:
    """Compares values of trainings that differ by their seeds, with a pooled t interval.

    Args:
        better: Values with the settings that a search chose, without the one it chose them by,
            which is the luckiest of many.
        usual: Values with the settings that were there before.
        mode: `max` if more is better, `min` if less is.
    """
    from scipy.stats import t

    first, second = np.asarray(better, float), np.asarray(usual, float)
    gain = float(first.mean() - second.mean()) * (1.0 if mode == "max" else -1.0)
    freedom = len(first) + len(second) - 2
    if freedom < 1:
        return Gain(gain, -math.inf, math.inf)
    squares = ((first - first.mean()) ** 2).sum() + ((second - second.mean()) ** 2).sum()
    error = math.sqrt(squares / freedom * (1 / len(first) + 1 / len(second)))
    width = float(t.ppf(0.5 + _LEVEL / 2, freedom)) * error
    return Gain(gain, gain - width, gain + width)
