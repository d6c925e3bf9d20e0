"""Giving a forecaster's network the weights of one of other series, inputs or horizon."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

from dltemplates.errors import RunError
from dltemplates.layers import PositionEmbedding, QuantileHead, SegmentEmbedding
from dltemplates.training.weight_transfer import plain_layers, settings_difference

# Layers of the templates whose weights depend on the series, by name.
SERIES, HISTORY, KNOWN = "series_embedding", "history_reader", "known_reader"
LINEAR, RESIDUAL, STEPS = "linear", "residual", "steps"

_SHAPELESS = (
    layers.InputLayer,
    layers.Reshape,
    layers.RepeatVector,
    layers.Flatten,
    layers.Concatenate,
)
_FREE = {SERIES: {"input_dim"}, STEPS: {"units"}, LINEAR: {"units"}}

Weights = list[np.ndarray]


@dataclass(frozen=True)
class InputMap:
    """How the features that a network knows follow from others: `new @ matrix + offset`.

    Attributes:
        matrix: `(new, old)`.
        offset: `(old,)`.
    """

    matrix: np.ndarray
    offset: np.ndarray

    def features(self, values: np.ndarray) -> np.ndarray:
        """The old features, `(..., old)`, of new ones, `(..., new)`."""
        return (values @ self.matrix + self.offset).astype("float32")

    def beside_values(self) -> "InputMap":
        """The same for inputs of which the series' own value is the first."""
        matrix = np.zeros((self.matrix.shape[0] + 1, self.matrix.shape[1] + 1))
        matrix[0, 0], matrix[1:, 1:] = 1.0, self.matrix
        return InputMap(matrix, np.append(0.0, self.offset))


@dataclass(frozen=True)
class ForecasterChange:
    """What is different for a network that goes on with other series.

    Attributes:
        series: For each series which old one it is, None where it is new.
        horizons: Steps ahead, before and now.
        season: Rows in a season; steps further ahead than before begin as those a season earlier.
        history: What the old `history` is made of.
        known: What the old `known` is made of.
        static: Number of static features.
    """

    series: Sequence[int | None]
    horizons: tuple[int, int]
    season: int
    history: InputMap
    known: InputMap
    static: int = 0

    def steps(self) -> np.ndarray:
        """For each step ahead the old step that it begins as, int64, `(horizon,)`."""
        before, now = self.horizons
        season = self.season if self.season <= before else 1
        steps = np.arange(now)
        return np.where(steps < before, steps, before - season + (steps - before) % season)


def take_forecaster_weights(
    source: keras.Model,
    target: keras.Model,
    change: ForecasterChange,
    *,
    hint: str | None = None,
) -> None:
    """Gives the network `target` the weights of `source`, whose series and horizon may be others.

    A series keeps its row of the embedding, a new one begins with the mean of all. Segments, or
    steps, of the horizon keep their weights; those further ahead begin as the last segment, or as
    the steps a season earlier. Where a horizon of another length shifts the segments, the last
    layers begin anew. The linear map of a segment network is left as it is: it has a closed form.

    Args:
        source: The trained network, `segment` or `plain`.
        target: The new one.
        change: What is different.
        hint: What to do if the networks differ.

    Raises:
        RunError: They differ in more than that; says in what. `target` is then as it was.
    """
    pairs = list(zip(_weighty(source), _weighty(target), strict=False))
    differences = (settings_difference(*pair, _FREE.get(pair[1].name, set())) for pair in pairs)
    difference = _kind_difference(source, target) or next(filter(None, differences), "")
    if difference:
        raise RunError(
            f"The network to start from is not that of this project: {difference}.", hint=hint
        )
    shifted = _shifted(target, change)
    taken = [
        (new, _mapped(old, new, change))
        for old, new in pairs
        if new.weights and new.name != LINEAR and not (shifted and _is_last(new))
    ]
    for new, weights in taken:
        new.set_weights(weights)


def _weighty(model: keras.Model) -> list[keras.layers.Layer]:
    return [layer for layer in plain_layers(model) if not isinstance(layer, _SHAPELESS)]


def _kind_difference(source: keras.Model, target: keras.Model) -> str:
    there, here = _output(source), _output(target)
    if there != here:
        return f"it forecasts {there}, this one {here}"
    counts = len(_weighty(source)), len(_weighty(target))
    return "" if counts[0] == counts[1] else "it has {} layers, this one {}".format(*counts)


def _output(network: keras.Model) -> str:
    quantiles = any(isinstance(layer, QuantileHead) for layer in network.layers)
    return "quantiles" if quantiles else "points"


def _shifted(target: keras.Model, change: ForecasterChange) -> bool:
    """Whether the segments of the horizon, which end with it, begin elsewhere now."""
    lengths = [layer.segment for layer in target.layers if isinstance(layer, SegmentEmbedding)]
    before, now = change.horizons
    return bool(lengths) and (before - now) % lengths[0] != 0


def _is_last(layer: keras.layers.Layer) -> bool:
    return layer.name == RESIDUAL or isinstance(layer, QuantileHead)


def _mapped(old: keras.layers.Layer, new: keras.layers.Layer, change: ForecasterChange) -> Weights:
    weights = old.get_weights()
    if new.name == SERIES:
        return [series_rows(weights[0], change.series)]
    if isinstance(new, PositionEmbedding):
        last = len(weights[0]) - 1
        return [weights[0][np.minimum(np.arange(new.weights[0].shape[0]), last)]]
    if new.name == HISTORY and isinstance(new, SegmentEmbedding):
        return _read_from(change.history.beside_values(), weights)
    if new.name == HISTORY:
        return _recurrent_from(change.history.beside_values(), weights)
    if new.name == KNOWN:
        return _read_from(change.known, weights)
    if new.name == STEPS:
        return _of_steps(weights, change)
    return weights


def series_rows(table: np.ndarray, series: Sequence[int | None]) -> np.ndarray:
    """Rows of an embedding for other series: their own, or the mean of all where they are new.

    Args:
        table: `(old series, units)`.
        series: For each series which old one it is.
    """
    mean = table.mean(axis=0)
    return np.stack([mean if index is None else table[index] for index in series])


def _read_from(inputs: InputMap, weights: Weights) -> Weights:
    """A kernel `(rows * features, units)` and a bias."""
    kernel, bias = weights
    old = inputs.matrix.shape[1]
    rows = kernel.reshape(-1, old, kernel.shape[1])
    mapped = np.einsum("no,rou->rnu", inputs.matrix, rows)
    return [mapped.reshape(-1, kernel.shape[1]), bias + np.einsum("o,rou->u", inputs.offset, rows)]


def _recurrent_from(inputs: InputMap, weights: Weights) -> Weights:
    """A kernel `(features, units)`, a recurrent one, and a bias; a GRU's has two rows."""
    kernel, recurrent, bias = weights
    bias = bias.copy()
    (bias if bias.ndim == 1 else bias[0])[...] += inputs.offset @ kernel
    return [inputs.matrix @ kernel, recurrent, bias]


def _of_steps(weights: Weights, change: ForecasterChange) -> Weights:
    """A kernel from state, known features of all steps, and static ones to all steps."""
    kernel, bias = weights
    before, now = change.horizons
    steps, old = change.steps(), change.known.matrix.shape[1]
    each = len(bias) // before  # numbers that a step is made of
    first = len(kernel) - change.static - before * old
    state, known, static = np.split(kernel, [first, len(kernel) - change.static])
    known = known.reshape(before, old, len(bias))
    bias = bias + np.einsum("o,hou->u", change.known.offset, known)
    mapped = np.einsum("no,hou->hnu", change.known.matrix, known[:now])
    mapped = np.pad(mapped, [(0, now - len(mapped)), (0, 0), (0, 0)])
    rows = np.concatenate([state, mapped.reshape(-1, len(bias)), static])
    taken = rows.reshape(len(rows), before, each)[:, steps].reshape(len(rows), -1)
    return [taken, bias.reshape(before, each)[steps].ravel()]
