"""Giving a new network the weights of a trained one that is alike."""

from collections.abc import Iterator, Sequence, Set
from typing import Any

import keras

from dltemplates.errors import RunError

_FREE = {"name", "dtype", "trainable", "seed", "rate", "dropout", "noise_shape", "span", "token"}
_SHOWN = 30  # characters of a setting in a message


def plain_layers(model: keras.Model) -> Iterator[keras.layers.Layer]:
    """The layers of a network, and those of the networks within it, in their order."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from plain_layers(layer)
        else:
            yield layer


def last_layer(model: keras.Model) -> keras.layers.Layer:
    """The last layer that has weights: a classifier's head."""
    return [layer for layer in plain_layers(model) if layer.weights][-1]


def normalization_of(model: keras.Model) -> tuple[list[float], list[float]] | None:
    """Mean and variance that a network normalises its inputs by; None if it does not."""
    for layer in plain_layers(model):
        if isinstance(layer, keras.layers.Normalization):
            config = layer.get_config()
            return config["mean"], config["variance"]
    return None


def take_weights(
    source: keras.Model,
    target: keras.Model,
    outputs: Sequence[int | None] | None = None,
    *,
    hint: str | None = None,
) -> None:
    """Gives the layers of `target` the weights of those of `source`.

    Layers have to be alike, one by one: kind, settings and shapes of weights. Settings that only
    matter in training, such as dropout, may differ, and so may precision.

    Args:
        source: The trained network.
        target: The new one.
        outputs: For each output of the new network's last layer, which one of the old network it
            stands for; None where it is new, whose weights stay as they are. Not given where the
            outputs are the same.
        hint: What to do if the networks differ.

    Raises:
        RunError: They differ; says in what. `target` is then as it was.
    """
    pairs = list(zip(plain_layers(source), plain_layers(target), strict=False))
    head = None if outputs is None else last_layer(target)
    difference = _count_difference(source, target) or next(
        filter(None, (layer_difference(*pair, head=pair[1] is head) for pair in pairs)), ""
    )
    if difference:
        raise RunError(
            f"The network to start from is not that of this project: {difference}.", hint=hint
        )
    for old, new in pairs:
        if new is head and outputs is not None:
            _take_outputs(old, new, outputs)
        else:
            new.set_weights(old.get_weights())


def layer_difference(
    source: keras.layers.Layer, target: keras.layers.Layer, *, head: bool = False
) -> str:
    """In which way two layers differ, in words; empty if they do not.

    Of a `head` the number of outputs may differ.
    """
    difference = settings_difference(source, target, {"units"} if head else set())
    if difference:
        return difference
    shapes = [[tuple(weight.shape) for weight in layer.weights] for layer in (source, target)]
    if head:
        shapes = [[shape[:-1] for shape in each] for each in shapes]
    if shapes[0] != shapes[1]:
        return f"{target.name} has {_setting('shapes of weights', *shapes)}"
    return ""


def settings_difference(
    source: keras.layers.Layer, target: keras.layers.Layer, free: Set[str] = frozenset()
) -> str:
    """In which way the settings of two layers differ, in words; empty if they do not.

    Those that only matter in training and those called `free` may differ.
    """
    if type(source) is not type(target):
        return f"where it has a {type(source).__name__}, the network has a {type(target).__name__}"
    there, here = source.get_config(), target.get_config()
    for key in sorted(there.keys() - _FREE - free):
        if there[key] != here[key]:
            return f"{target.name} has {_setting(key, there[key], here[key])}"
    return ""


def _count_difference(source: keras.Model, target: keras.Model) -> str:
    there, here = len([*plain_layers(source)]), len([*plain_layers(target)])
    return "" if there == here else f"it has {there} layers, this one {here}"


def _take_outputs(
    old: keras.layers.Layer, new: keras.layers.Layer, outputs: Sequence[int | None]
) -> None:
    known = [(place, index) for place, index in enumerate(outputs) if index is not None]
    weights = []
    for before, weight in zip(old.get_weights(), new.get_weights(), strict=True):
        for place, index in known:
            weight[..., place] = before[..., index]
        weights.append(weight)
    new.set_weights(weights)


def _setting(key: str, there: Any, here: Any) -> str:
    if max(len(repr(there)), len(repr(here))) > _SHOWN:
        return f"another {key.replace('_', ' ')}"
    return f"{key} {there!r} there, {here!r} here"
