"""Distributions as knots: scores, and the share above each, with straight lines between."""

import numpy as np
from scipy.stats import t as student

from dltemplates.evaluation.tail_fit import effective_count

_KNOTS = 200
_STEEPEST = 1.0  # fall of probability within a standard deviation; a normal distribution's is 0.4
_DEVIATIONS = 2.56  # from the lowest tenth of a normal distribution to the highest
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
        kept = thinned(knots, probabilities)
        above = further > knots[-1]
        at_end = np.interp(knots[-1], further, rarer)
        further = np.concatenate([knots[kept], further[above]])
        rarer = np.concatenate([probabilities[kept], rarer[above] * probabilities[-1] / at_end])
    return tuple(further.tolist()), tuple(rarer.tolist())


def thinned(knots: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Places of at most 200 knots, even in probability and in its logarithm, both ends kept.

    Few scores lie together here and there by chance; where a line between two knots would be far
    steeper than the distribution is, the last bits of a score would decide, so one is left out.
    """
    places = np.arange(len(knots))
    if len(knots) > _KNOTS:
        logarithm = np.log(probabilities)
        height = -probabilities / np.ptp(probabilities) - logarithm / np.ptp(logarithm)
        targets = np.linspace(height[0], height[-1], _KNOTS)
        places = np.unique(np.searchsorted(height, targets).clip(max=len(height) - 1))
    low, high = np.interp([-0.9, -0.1], -probabilities, knots)
    steepest = _STEEPEST * _DEVIATIONS / (high - low) if high > low else np.inf

    def steep(place: int, above: int) -> bool:
        fall = probabilities[place] - probabilities[above]
        return bool(fall > steepest * (knots[above] - knots[place]))

    kept = [places[-1]]
    for place in places[-2:0:-1]:
        if not steep(place, kept[-1]):
            kept.append(place)
    while len(kept) > 1 and steep(places[0], kept[-1]):
        kept.pop()
    return np.unique([places[0], *kept])
