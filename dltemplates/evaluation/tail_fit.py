"""The upper end of a distribution: its shape, and how its values cluster in time."""

import numpy as np
from scipy.optimize import minimize

_SHAPE_MEAN = 0.2
_SHAPE_SPREAD = 0.2
_SHAPES = (-1.0, 1.0)
_NEAR_ZERO = 1e-6
_FEWEST_VALUES = 40


def fit_tail(excesses: np.ndarray, weight: float = 1.0) -> tuple[float, float]:
    """Scale and shape of a generalised Pareto distribution, `P(excess > x)`.

    The shape that is likeliest given the excesses and, before seeing any, a normal distribution
    around 0.2 with spread 0.2: a few dozen excesses alone say little of it, and too low a shape is
    what makes a threshold too low. It stays between -1 and 1 and is never exactly 0.

    Args:
        excesses: By how much values exceed a base, `(count,)`; above 0.
        weight: What each excess counts; below 1 where they are not independent.

    Reference:
        Coles and Dixon, 1999, "Likelihood-Based Inference for Extreme Value Models", for the
        likelihood with a penalty on the shape.
    """
    unit = float(excesses.mean())
    values = excesses / unit

    def loss(parameters: np.ndarray) -> float:
        logarithm, shape = parameters
        inside = 1.0 + shape * values / np.exp(logarithm)
        if not _SHAPES[0] <= shape <= _SHAPES[1] or inside.min() <= 0.0:
            return np.inf
        shape = shape if abs(shape) > _NEAR_ZERO else _NEAR_ZERO
        fit = logarithm + (1.0 + 1.0 / shape) * np.log1p(shape * values / np.exp(logarithm)).mean()
        return weight * len(values) * fit + ((shape - _SHAPE_MEAN) / _SHAPE_SPREAD) ** 2 / 2

    found = minimize(
        loss, (0.0, 0.05), method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-4}
    )
    logarithm, shape = found.x
    shape = float(shape) if abs(shape) > _NEAR_ZERO else _NEAR_ZERO
    return unit * float(np.exp(logarithm)), shape


def cluster_size(values: np.ndarray) -> float:
    """How many of the largest values come together, on average; 1 where each comes alone.

    The intervals estimator: how far the times between large values are from those of a Poisson
    process. The values are taken in their order; large are the largest hundredth, at least 50.

    Reference:
        Ferro and Segers, 2003, "Inference for Clusters of Extreme Values"
        (https://doi.org/10.1111/1467-9868.00401).
    """
    if len(values) < _FEWEST_VALUES:
        return 1.0
    large = min(max(50, len(values) // 100), len(values) // 4)
    base = np.partition(values, -large - 1)[-large - 1]
    gaps = np.diff(np.flatnonzero(values > base)).astype("float64")
    if len(gaps) < 2:
        return 1.0
    if gaps.max() <= 2.0:  # one cluster, such as a drift at the end, has no times between clusters
        return float(large)
    index = 2.0 * (gaps - 1.0).sum() ** 2 / (len(gaps) * ((gaps - 1.0) * (gaps - 2.0)).sum())
    return float(np.clip(1.0 / index, 1.0, large))


def effective_count(values: np.ndarray) -> int:
    """How many independent values would tell the mean as well, at least 2.

    The values are taken in their order; their autocorrelations are summed until the first that is
    below 0.05.
    """
    count = len(values)
    centred = values - values.mean()
    power = float(centred @ centred)
    if power == 0.0:
        return 2
    time = 1.0
    for lag in range(1, count // 2):
        correlation = float(centred[lag:] @ centred[:-lag]) / power
        if correlation < 0.05:
            break
        time += 2.0 * correlation * (1.0 - lag / count)
    return max(2, round(count / time))
