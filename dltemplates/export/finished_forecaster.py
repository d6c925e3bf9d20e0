"""What a finished forecaster knows, and what of it other series can use."""

import logging
from dataclasses import dataclass

import keras
import numpy as np
from pandas.tseries.frequencies import to_offset

from dltemplates.data.calendar_features import Calendar
from dltemplates.data.forecast_data import AHEAD, ForecastData
from dltemplates.errors import RunError
from dltemplates.export.forecaster import (
    COVARIATES,
    SCALING,
    covariate_names,
    scaling_of,
    series_names,
)
from dltemplates.training.forecaster_transfer import ForecasterChange, InputMap

log = logging.getLogger(__name__)

_SCALED = ("past", "known")
_OBSERVED = "observed"
_UNSCALED = (0.0, 1.0)

Scales = dict[tuple[str, str], tuple[float, float]]  # mean and scale by kind and name


@dataclass(frozen=True)
class FinishedForecaster:
    """A finished forecaster as another data set meets it.

    Attributes:
        network: From scaled windows to scaled forecasts.
        names: The series.
        frequency: The step of their grid.
        lookback: Rows that it looks back on.
        horizon: Rows that it reaches ahead.
        covariates: Names by kind, see `covariate_names`.
        features: Mean and scale of each feature of `history`, by kind and name, in order.
    """

    network: keras.Model
    names: list[str]
    frequency: str
    lookback: int
    horizon: int
    covariates: dict[str, list[str]]
    features: Scales

    def difference(self, data: ForecastData) -> str:
        """Why the network cannot answer to these data, in words; empty if it can."""
        if to_offset(self.frequency) != to_offset(data.series.frequency):
            return f"a row of its data is {self.frequency}, one of these {data.series.frequency}"
        if self.lookback != data.lookback:
            return f"it looks back on {self.lookback:,} rows, data.lookback is {data.lookback:,}"
        for kind, there in self.covariates.items():
            here = _names_of(data)[kind]
            if there != here:
                return (
                    f"its {kind} covariates are {_listed(there)}, those of the data {_listed(here)}"
                )
        return ""

    def change(self, data: ForecastData) -> ForecasterChange:
        """What is different for a network of data that have no `difference`."""
        places = {name: place for place, name in enumerate(self.names)}
        here = _scales(data)
        return ForecasterChange(
            series=[places.get(name) for name in data.series.names],
            horizons=(self.horizon, data.horizon),
            season=data.seasonal_period,
            history=_input_map(self.features, here),
            known=_input_map(_ahead(self.features), _ahead(here)),
            static=len(self.covariates["static"]),
        )


def read_forecaster(model: keras.Model) -> FinishedForecaster:
    """Looks into a finished forecaster.

    Raises:
        ExportError: It is none.
    """
    names = series_names(model)
    network = next(layer for layer in model.layers if isinstance(layer, keras.Model))
    covariates = covariate_names(model)
    features: Scales = {}
    for kind in _SCALED:
        if covariates[kind]:
            config = model.get_layer(scaling_of(kind)).get_config()
            scale = np.sqrt(config["variance"]).ravel().tolist()
            mean = np.ravel(config["mean"]).tolist()
            keys = [(kind, name) for name in covariates[kind]]
            features |= dict(zip(keys, zip(mean, scale, strict=True), strict=True))
    calendar = Calendar(tuple(covariates["calendar"])).names
    features |= {("calendar", name): _UNSCALED for name in calendar}
    inputs = {tensor.name: tensor for tensor in network.inputs}
    if "history" in inputs and inputs["history"].shape[-1] > len(features):
        features = {(_OBSERVED, _OBSERVED): _UNSCALED, **features}
    return FinishedForecaster(
        network,
        names,
        model.get_layer(SCALING).frequency,
        lookback=inputs["values"].shape[1],
        horizon=network.output.shape[1],
        covariates=covariates,
        features=features,
    )


def forecaster_change(model: keras.Model, data: ForecastData, hint: str | None) -> ForecasterChange:
    """What is different for a network that goes on from a finished forecaster with these data.

    Args:
        model: The finished forecaster.
        data: The new series.
        hint: What to do if they do not fit.

    Raises:
        RunError: The data do not fit it; says in what.
        ExportError: It is no finished forecaster.
    """
    finished = read_forecaster(model)
    difference = finished.difference(data)
    if difference:
        raise RunError(
            f"The forecaster to start from does not fit these data: {difference}.", hint=hint
        )
    numbers = [name for name in finished.covariates["static"] if "=" not in name]  # no category
    if numbers and sorted(finished.names) != sorted(data.series.names):
        log.warning(
            "%s: static numbers are standardised over these series, not over those that the "
            "network learned from; what it knows of them may mislead at first.",
            ", ".join(numbers),
        )
    return finished.change(data)


def _names_of(data: ForecastData) -> dict[str, list[str]]:
    series = data.series
    names = (series.past.names, series.known.names, series.calendar.kinds, series.static_names)
    return {kind: list(each) for kind, each in zip(COVARIATES, names, strict=True)}


def _scales(data: ForecastData) -> Scales:
    return {
        (kind, name): (float(mean), float(scale))
        for kind, block in data.features.items()
        for name, mean, scale in zip(block.names, block.mean, block.scale, strict=True)
    }


def _ahead(scales: Scales) -> Scales:
    return {key: scale for key, scale in scales.items() if key[0] in AHEAD}


def _input_map(old: Scales, new: Scales) -> InputMap:
    """Brings features that were scaled one way to the scale of the other.

    Where one of the two never lacks a value, `observed` is 1 for it throughout.
    """
    matrix, offset = np.zeros((len(new), len(old))), np.zeros(len(old))
    rows = {key: row for row, key in enumerate(new)}
    for column, (key, (mean, scale)) in enumerate(old.items()):
        if key not in new:
            offset[column] = 1.0
            continue
        matrix[rows[key], column] = new[key][1] / scale
        offset[column] = (new[key][0] - mean) / scale
    return InputMap(matrix, offset)


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"
