"""What forecasters of different series are compared by."""

from collections.abc import Mapping
from dataclasses import replace

import keras
import numpy as np

from dltemplates.data.forecast_data import ForecastData, Windows
from dltemplates.evaluation.network_forecaster import network_forecaster
from dltemplates.evaluation.paired_blocks import PairedBlocks
from dltemplates.evaluation.rolling_origin import answers, window_chunks, window_pairs
from dltemplates.export.finished_forecaster import FinishedForecaster, read_forecaster
from dltemplates.layers import QuantileHead
from dltemplates.project.finetuning import Measured
from dltemplates.training.forecaster_transfer import SERIES, series_rows

_FEWEST = 3  # blocks, for an interval


def squared_error(
    model: keras.Model,
    data: ForecastData,
    *,
    model_names: Mapping[str, str],
    data_names: Mapping[str, str],
) -> Measured | None:
    """The mean squared error on the test windows, or else those of validation.

    It is in units of the data's own scale, so it can be compared between models, not between data.
    A series that the model does not know gets the mean of what it has learned of each. None where
    the model reaches less far ahead, looks back on other rows, or has other covariates.

    Args:
        model: A finished forecaster.
        data: Series.
        model_names: Not used; series keep their names.
        data_names: Not used.
    """
    finished = read_forecaster(model)
    split = next((name for name in ("test", "validation") if data.splits[name]), None)
    if split is None or finished.difference(data) or not _reaches(finished, data):
        return None
    blocks = PairedBlocks(1, data.horizon)
    origins, _ = window_pairs(data, split)
    ask, start = _Asked(finished, data), 0
    for windows in window_chunks(data, split):
        targets, weights = answers(windows)
        errors = np.square(ask(windows)[:, : data.horizon] - targets) * weights
        stop = start + len(targets)
        sums = errors.sum(axis=1, dtype="float64")[None]
        blocks.add(origins[start:stop], sums, weights.sum(axis=1, dtype="float64"))
        start = stop
    parts = blocks.parts()[0]
    return Measured(float(blocks.means()[0]), parts if len(parts) >= _FEWEST else None)


def _reaches(finished: FinishedForecaster, data: ForecastData) -> bool:
    """Whether it forecasts all steps; what it takes of the future has to be there, and no more."""
    if data.known_features:
        return finished.horizon == data.horizon
    return finished.horizon >= data.horizon


class _Asked:
    """The point forecasts of a network for series and features that are not quite its own."""

    def __init__(self, finished: FinishedForecaster, data: ForecastData) -> None:
        self._network, self._change = finished.network, finished.change(data)
        self._ask = network_forecaster(finished.network)
        self._inputs = [tensor.name for tensor in finished.network.inputs]
        heads = [each for each in finished.network.layers if isinstance(each, QuantileHead)]
        self._middle = heads[0].quantiles.index(0.5) if heads else None

    def __call__(self, windows: Windows) -> np.ndarray:
        series = windows.inputs["series"]
        known = np.array([index is not None for index in self._change.series])[series]
        places = np.array([index or 0 for index in self._change.series], "int32")[series]
        inputs = {**windows.inputs, **self._features(windows), "series": places}
        inputs = {name: inputs[name] for name in self._inputs}
        forecasts = self._points(replace(windows, inputs=inputs))
        if known.all():
            return forecasts
        table = self._network.get_layer(SERIES)
        own = table.get_weights()
        table.set_weights([series_rows(own[0], [None] * len(own[0]))])
        unknown = self._points(replace(windows, inputs=inputs))
        table.set_weights(own)
        return np.where(known[:, None], forecasts, unknown)

    def _features(self, windows: Windows) -> dict[str, np.ndarray]:
        """What the network calls `history` and `known`, in its own scale."""
        given, found = windows.inputs, {}
        if "history" in self._inputs:
            none = np.zeros((*given["values"].shape, 0), "float32")
            found["history"] = self._change.history.features(given.get("history", none))
        if "known" in self._inputs:
            found["known"] = self._change.known.features(given["known"])
        return found

    def _points(self, windows: Windows) -> np.ndarray:
        """`(windows, horizon)`."""
        forecasts = self._ask(windows)
        return forecasts if self._middle is None else forecasts[..., self._middle]
