"""Which layers of a trained network are fine-tuned when, and how fast."""

import logging
from collections.abc import Sequence

import keras

from dltemplates.errors import DataError
from dltemplates.training.layerwise_adam import LayerGroup
from dltemplates.training.weight_transfer import plain_layers

log = logging.getLogger(__name__)

_UPPER = 0.2  # of the epochs, after which the upper half of the layers learns too
_ALL = 0.4


def stages(model: keras.Model, epochs: int, decay: float) -> list[LayerGroup]:
    """Head, upper half and lower half of a network, to be unfrozen in this order.

    The head learns from the first epoch, the upper half of the other layers after a fifth of them,
    everything after two fifths. Each learns slower than the one above it.

    Args:
        model: The network. Its head is the last layer with weights.
        epochs: Epochs of the whole training.
        decay: Learning rate of each group, as a multiple of that of the group above.
    """
    learning = [layer for layer in plain_layers(model) if layer.trainable_weights]
    *body, head = learning
    middle = len(body) // 2
    return [
        LayerGroup([head], 0, 1.0),
        LayerGroup(body[middle:], round(_UPPER * epochs), decay),
        LayerGroup(body[:middle], round(_ALL * epochs), decay**2),
    ]


def two_rates(model: keras.Model, first: Sequence[str], decay: float) -> list[LayerGroup]:
    """Layers that learn at once, some of them at the full rate and the others slower.

    Args:
        model: The network.
        first: Names of the layers at the full rate; the last layer with weights is one always.
        decay: Learning rate of the others, as a multiple of that.
    """
    learning = [layer for layer in plain_layers(model) if layer.trainable_weights]
    fast = [layer for layer in learning if layer.name in first or layer is learning[-1]]
    names = {layer.name for layer in fast}
    slow = [layer for layer in learning if layer.name not in names]
    return [LayerGroup(fast, 0, 1.0), LayerGroup(slow, 0, decay)]


def read_renamed(text: str) -> dict[str, str]:
    """New class names by old ones, of `old=new, old=new`.

    Raises:
        DataError: It is written otherwise, or names a class twice.
    """
    pairs = [part.split("=") for part in text.split(",") if part.strip()]
    names = [[name.strip() for name in pair] for pair in pairs]
    wrong = any(len(pair) != 2 or not all(pair) for pair in names)
    if wrong or any(len({pair[i] for pair in names}) < len(names) for i in (0, 1)):
        raise DataError(
            f"Expected old=new, old=new with each name once, received {text!r}.",
            where="finetune.renamed",
            hint='For instance: --set "finetune.renamed=cat=고양이, dog=개"',
        )
    return dict(names)


def match_classes(
    old: Sequence[str], new: Sequence[str], renamed: dict[str, str], *, keep: bool = False
) -> list[int | None]:
    """For each new class, the index of the old class that it is; None if it was not there.

    Old classes that are given up are said in the log.

    Args:
        old: Names of the classes that the trained network knows.
        new: Names of those that it shall know.
        renamed: New names by old ones, where they differ.
        keep: Whether no old class may be missing, as with rehearsal.

    Raises:
        DataError: A class that is said to be renamed is not there, two classes would have one name,
            or a class that shall be kept is missing.
    """
    for before, after in renamed.items():
        for name, names, what in ((before, old, "the old network"), (after, new, "the data")):
            if name not in names:
                raise DataError(
                    f"There is no class {name!r} in {what}, but: {', '.join(names)}.",
                    where="finetune.renamed",
                )
    names = [renamed.get(name, name) for name in old]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(
            f"Two classes of the old network would be {twice!r}.",
            where="finetune.renamed",
            hint="Classes cannot be merged: train anew.",
        )
    missing = [name for name in names if name not in new]
    if missing and not keep:
        log.warning(
            "%d of the %d classes that the network knows are not in the new data, and will not be "
            "answered any more: %s. finetune.rehearsal keeps them.",
            len(missing),
            len(names),
            ", ".join(missing),
        )
    if missing and keep:
        raise DataError(
            f"The old data lack classes that the network knows: {', '.join(missing)}.",
            where="finetune.rehearsal",
            hint="Name the folder or table of all that it has learned in finetune.old_path.",
        )
    indices = {name: index for index, name in enumerate(names)}
    return [indices.get(name) for name in new]
