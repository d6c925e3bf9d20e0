"""How much of what a network knew may be lost while it learns something else."""

from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from dltemplates.training.weight_transfer import last_layer

_SHARES = [1 - step / 20 for step in range(21)]  # of the fine-tuned weights


def limit_forgetting(
    model: keras.Model, before: Sequence[np.ndarray], old: tf.data.Dataset, limit: float
) -> float:
    """Moves a fine-tuned classifier back towards its start, until it knows the old classes well.

    Its weights become an average of those before and after fine-tuning, with as much of the latter
    as the limit allows. The part of the last layer that is for other classes than the old ones
    stays as fine-tuning left it. If nothing is enough, the weights are those before.

    Args:
        model: The fine-tuned network, from inputs to logits `(batch, classes)`.
        before: Its weights before fine-tuning, in the order of `model.get_weights()`.
        old: Batches of inputs and one-hot labels of the old classes, once, which were not trained
            on. The answers before fine-tuning count as if there were no other classes.
        limit: By how much the accuracy on them may fall, 0 to 1.

    Returns:
        The share of the fine-tuned weights in the average, 0 to 1.

    Reference:
        Wortsman et al., 2022, "Robust fine-tuning of zero-shot models"
        (https://arxiv.org/abs/2109.01903), who average like this to stay robust.
    """
    labels = np.concatenate([targets.numpy().argmax(axis=1) for _, targets in old])
    known = np.unique(labels)
    after = model.get_weights()
    head = {weight.path for weight in last_layer(model).weights}
    start = [
        _with_outputs(new, earlier, known) if weight.path in head else earlier
        for weight, earlier, new in zip(model.weights, before, after, strict=True)
    ]

    def use(share: float) -> None:
        pairs = zip(start, after, strict=True)
        model.set_weights([(1 - share) * earlier + share * new for earlier, new in pairs])

    def remembers(share: float) -> bool:
        use(share)
        return float((model.predict(old, verbose=0).argmax(axis=1) == labels).mean()) >= least

    model.set_weights(list(before))
    answers = known[model.predict(old, verbose=0)[:, known].argmax(axis=1)]
    least = float((answers == labels).mean()) - limit
    return next((share for share in _SHARES if remembers(share)), 0.0)  # the last one is in use


def _with_outputs(weight: np.ndarray, other: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """A weight of the last layer, with some outputs from another."""
    weight = weight.copy()
    weight[..., outputs] = other[..., outputs]
    return weight
