"""Which tokens of a text spoke for an answer of a finished text classifier."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from dltemplates.layers import NGramLinear

EMBEDDING = "embedding"


def token_influence(
    tokens: np.ndarray,
    direction: np.ndarray,
    *,
    network: keras.Model | None = None,
    linear: NGramLinear | None = None,
    weights: tuple[float, float] = (1.0, 1.0),
    read: int | None = None,
) -> np.ndarray:
    """How much each token added to a sum of logits, in logits.

    For the linear part that is exact: what an n-gram adds belongs to its tokens in equal shares.
    For the network it is gradient times input at its embedding, a first-order estimate (Shrikumar
    et al., 2017, https://arxiv.org/abs/1605.01713); a network without a layer called `embedding`
    adds nothing.

    Args:
        tokens: int32 `(texts, length)`; 0 is padding, at the end.
        direction: `(texts, classes)`: the sum of logits that is asked about, such as one class
            less another.
        network: Tokens to logits.
        linear: Tokens to logits.
        weights: What the logits of network and linear part count.
        read: First tokens of a text that the network reads; None for all.

    Returns:
        float32 `(texts, length)`, 0 at padding.
    """
    influence = np.zeros(tokens.shape, "float32")
    if network is not None and weights[0]:
        estimated = _network_influence(network, tokens[:, :read], direction)
        influence[:, : estimated.shape[1]] += weights[0] * estimated
    if linear is not None and weights[1]:
        influence += weights[1] * _linear_influence(linear, tokens, direction)
    return np.where(tokens > 0, influence, 0.0).astype("float32")


def _network_influence(network: keras.Model, tokens: np.ndarray, direction: np.ndarray) -> Any:
    """Gradient times input, `(texts, length of the embedding)`."""
    if EMBEDDING not in {layer.name for layer in network.layers}:
        return np.zeros((len(tokens), 0), "float32")
    inside = keras.Model(network.inputs, [network.get_layer(EMBEDDING).output, network.output])
    with tf.GradientTape() as tape:  # it follows the embedding since its table can be trained
        embedded, logits = inside(ops.convert_to_tensor(tokens), training=False)
        asked = tf.reduce_sum(tf.cast(logits, tf.float32) * direction.astype("float32"))
    slope = tape.gradient(asked, embedded)
    if slope is None or embedded.shape[1] > tokens.shape[1]:
        return np.zeros((len(tokens), 0), "float32")
    return tf.reduce_sum(tf.cast(slope * embedded, tf.float32), axis=-1).numpy()


def _linear_influence(linear: NGramLinear, tokens: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """What the n-grams that a token belongs to add, divided among their tokens."""
    length = tokens.shape[1]
    ids = ops.convert_to_numpy(linear.ngrams(tokens))
    scale = ops.convert_to_numpy(linear.scale)[ids]
    added = np.einsum("tnc,tc->tn", ops.convert_to_numpy(linear.kernel)[ids], direction) * scale
    repeats = _repeats(ids)
    norms = np.sqrt((np.square(scale) / repeats).sum(axis=1, keepdims=True))
    added = added / repeats / np.where(norms > 0.0, norms, 1.0)
    influence = np.zeros(tokens.shape, "float32")
    for index, order in enumerate(linear.orders):
        of_order = added[:, index * length : (index + 1) * length] / order
        for place in range(min(order, length)):
            influence[:, place:] += of_order[:, : length - place]
    return influence


def _repeats(ids: np.ndarray) -> np.ndarray:
    """How often each number is in its row; the linear part counts it once, among all its places."""
    repeats = np.empty(ids.shape, "float32")
    for row, numbers in zip(repeats, ids, strict=True):
        _, places, counts = np.unique(numbers, return_inverse=True, return_counts=True)
        row[:] = counts[places]
    return repeats
