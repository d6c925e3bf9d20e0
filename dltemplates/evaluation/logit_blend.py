"""How much each part of a classifier counts, as far as validation wants it."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_softmax

from dltemplates.evaluation.one_vs_rest import multi_hot

_LARGEST = 20.0
_EVEN = 20.0  # nats


def fit_blend(
    logits: Sequence[np.ndarray], labels: np.ndarray, *, multi_label: bool = False
) -> np.ndarray:
    """Weights of the parts' logits, at which their sum has the least log loss.

    Each part is scaled first so that it has the least log loss alone; one that knows nothing gets
    nothing then. Of few items the weights of scaled parts are drawn towards each other, for a mean
    of classifiers is hard to beat (Breiman, 1996, https://doi.org/10.1007/BF00117832): by so many
    nats, over all items, times the squared distances from their mean. All weights are drawn a
    little, as much as by one item, towards those of a mean; so they stay finite where a part makes
    no mistake.

    Args:
        logits: Of each part, `(items, classes)`.
        labels: Class indices `(items,)`, or 0 and 1, `(items, classes)`.
        multi_label: Whether an item can have several classes.

    Returns:
        float64 `(parts,)`, not negative. Equal shares where there is no item.

    Raises:
        ValueError: The parts differ in shape, or hold what is no finite number.
    """
    parts = np.stack([np.asarray(part, "float64") for part in logits])
    if not np.isfinite(parts).all():
        raise ValueError("Expected finite logits, received some that are not.")
    if not len(labels):
        return np.full(len(parts), 1.0 / len(parts))
    targets = multi_hot(labels, parts.shape[-1]).astype("float64")
    scales = np.array([_best(part[None], targets, multi_label)[0] for part in parts])
    return scales * _best(scales[:, None, None] * parts, targets, multi_label)


def log_losses(logits: np.ndarray, targets: np.ndarray, multi_label: bool) -> np.ndarray:
    """Cross-entropy of each item, in nats; of several classes, summed over them.

    Args:
        logits: `(items, classes)`.
        targets: 0 and 1, of the same shape.
        multi_label: Whether each class is a question of its own.
    """
    if multi_label:
        return (np.logaddexp(0.0, logits) - targets * logits).sum(axis=1)
    return -(targets * log_softmax(logits, axis=1)).sum(axis=1)


def _best(parts: np.ndarray, targets: np.ndarray, multi_label: bool) -> np.ndarray:
    """The weights with the least log loss: a convex problem, so there is one answer."""
    items, start = len(targets), np.full(len(parts), 1.0 / len(parts))

    def loss_and_slope(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total = np.tensordot(weights, parts, 1)
        answers = expit(total) if multi_label else np.exp(log_softmax(total, axis=1))
        loss = log_losses(total, targets, multi_label).mean()
        slope = np.einsum("pic,ic->p", parts, answers - targets) / items
        away, apart = weights - start, weights - weights.mean()
        loss += (away @ away + _EVEN * (apart @ apart)) / items
        return loss, slope + 2.0 * (away + _EVEN * apart) / items

    bounds = [(0.0, _LARGEST)] * len(parts)
    return minimize(loss_and_slope, start, jac=True, method="L-BFGS-B", bounds=bounds).x
