"""What a finished detector gives to one that goes on from it."""

from dataclasses import dataclass

import keras
import numpy as np

from dltemplates.data.learned_columns import LearnedColumns
from dltemplates.errors import ExportError, RunError
from dltemplates.export.anomaly_detector import (
    CODE,
    SCALING,
    WINDOWS,
    detector_window,
    sensor_names,
)
from dltemplates.layers import WindowLevel
from dltemplates.training.start import Start
from dltemplates.training.weight_transfer import plain_layers, take_weights

_LIKE_THIS = "Start from a detector that a project like this one has trained."


@dataclass(frozen=True)
class StartedDetector:
    """A trained detector, taken apart.

    Attributes:
        columns: The sensors or features that it knows.
        network: The network within it, from scaled windows or rows to what they should be.
        hint: What to do if another network is needed.
    """

    columns: LearnedColumns
    network: keras.Model
    hint: str | None

    def give_weights(self, network: keras.Model) -> None:
        """Gives a new network of the same make its weights.

        Raises:
            RunError: It is of another make; says in what.
        """
        take_weights(self.network, network, hint=self.hint or _LIKE_THIS)


def started_detector(start: Start, network: str, *, series: bool) -> StartedDetector:
    """Takes a finished detector apart.

    Args:
        start: What to start from.
        network: What the project calls its network.
        series: Whether the project judges windows of a log; else rows of a table.

    Raises:
        RunError: It is no detector, or one of the other kind or of another network.
    """
    model, kinds = start.model, ("rows of a table", "windows of a log")
    try:
        names = sensor_names(model)
    except ExportError as error:
        raise RunError(error.message, where=start.place, hint=_LIKE_THIS) from None
    window = detector_window(model)
    if bool(window) != series:
        raise RunError(
            f"This detector judges {kinds[bool(window)]}, those of this project {kinds[series]}.",
            where=start.place,
            hint=_LIKE_THIS,
        )
    found = _network(model)
    if found is None or found.name != network:
        name = "without a name" if found is None else f"called {found.name!r}"
        raise RunError(
            f"This detector has a network {name}; this project's is called {network!r}.",
            where=start.place,
            hint=_LIKE_THIS,
        )
    scaling = model.get_layer(SCALING)
    wandering = np.zeros(len(names), bool)
    for layer in plain_layers(found):
        if isinstance(layer, WindowLevel):
            wandering = np.array(layer.wandering)
    columns = LearnedColumns(
        names,
        np.array(scaling.mean, "float32"),
        np.array(scaling.scale, "float32"),
        wandering,
        window,
        scaling.frequency,
        str(start.place),
    )
    return StartedDetector(columns, found, start.hint)


def _network(model: keras.Model) -> keras.Model | None:
    """The network within a detector, without what its scores are made of."""
    judge = model.get_layer(WINDOWS).layer if detector_window(model) else model
    for layer in judge.layers:
        if isinstance(layer, keras.Model) and CODE in {each.name for each in layer.layers}:
            return keras.Model(layer.input, layer.outputs[0], name=layer.name)
    return None
