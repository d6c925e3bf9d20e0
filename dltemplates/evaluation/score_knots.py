"""Distributions as knots: scores, and the share above each, with straight lines between."""

import numpy as np
from scipy.stats import t as student

from dltemplates.evaluation.tail_fit import effective_count

_KNOTS = 200
_RAREST = 1e-9  # knot of a predictive distribution


def predictive(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Knots of Student's predictive distribution of one more normally distributed value.

    It is wider the fewer independent values there are, which a quantile of so few is not.
    """
    count = effective_count(values)
    spread = values.std() * np.sqrt(count / (count - 1.0)) * np.sqrt(1.0 + 1.0 / count)
    probabilities = np.concatenate([np.linspace(0.99, 0.1, 60), np.geomspace(0.1, _RAREST, 81)[1:]])
    knots = values.mean() + spread * student.isf(probabilities, max(count - 1.0, 1.5))
    knots = knots.astype("float32").astype("float64")
    kept = np.diff(knots, append=np.inf) > 0.0
    return knots[kept], probabilities[kept]


def continued(
    knots: np.ndarray, probabilities: np.ndarray, further: np.ndarray, rarer: np.ndarray
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """A distribution that goes on above its last knot as another does there; that, if it is empty.

    Args:
        knots: Scores, increasing.
        probabilities: Shares above them, decreasing.
        further: Knots of the other.
        rarer: Its shares above them.
    """
    if len(knots):
        kept = thinned(probabilities) if len(knots) > 1 else slice(None)
        above = further > knots[-1]
        at_end = np.interp(knots[-1], further, rarer)
        further = np.concatenate([knots[kept], further[above]])
        rarer = np.concatenate([probabilities[kept], rarer[above] * probabilities[-1] / at_end])
    return tuple(further.tolist()), tuple(rarer.tolist())


def thinned(probabilities: np.ndarray) -> np.ndarray:
    """Places of at most 200 knots, even in probability and in its logarithm, both ends kept."""
    if len(probabilities) <= _KNOTS:
        return np.arange(len(probabilities))
    logarithm = np.log(probabilities)
    height = -probabilities / np.ptp(probabilities) - logarithm / np.ptp(logarithm)
    targets = np.linspace(height[0], height[-1], _KNOTS)
    return np.unique(np.searchsorted(height, targets).clip(max=len(height) - 1))
