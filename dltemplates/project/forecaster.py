"""Forecasts of what follows a series, from a run's Keras model or from an exported SavedModel."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from pandas.tseries.frequencies import to_offset

from dltemplates.data.forecast_data import ForecastData, Windows
from dltemplates.data.time_series import TimeSeries
from dltemplates.errors import DataError, ExportError
from dltemplates.evaluation.conformal import ConformalIntervals
from dltemplates.evaluation.forecast_baselines import baselines
from dltemplates.evaluation.forecasting import Fallback, ForecastReport, forecast_report
from dltemplates.evaluation.network_forecaster import network_forecaster
from dltemplates.evaluation.ridge import RidgeForecast, fit_ridge
from dltemplates.export.forecaster import SCALING, raw_window, series_names
from dltemplates.layers import PredictionInterval, QuantileHead
from dltemplates.project.exported_model import load_export
from dltemplates.training.forecaster_transfer import LINEAR, RESIDUAL

log = logging.getLogger(__name__)

_SHOWN = 5
_SAME = 1e-3  # between machines the same regression differs by rounding


def report_on(
    model: keras.Model,
    data: ForecastData,
    split: str,
    *,
    limit: int | None = None,
    watch: Callable[[Windows, np.ndarray], None] | None = None,
) -> ForecastReport:
    """Measures a finished forecaster beside the baselines, on one split.

    Args:
        model: The finished model of a run.
        data: The data that it was trained on.
        split: `train`, `validation` or `test`.
        limit: Largest number of windows; None for all. See `window_pairs`.
        watch: Is shown the windows and the network's forecasts of them, a chunk at a time.
    """
    network = _layer(model, keras.Model)
    ridge = fit_ridge(data)
    interval = _layer(model, PredictionInterval)
    ask = network_forecaster(network)

    def shown(windows: Windows) -> np.ndarray:
        forecasts = ask(windows)
        if watch is not None:
            watch(windows, forecasts)
        return forecasts

    return forecast_report(
        data,
        split,
        {"network": shown, **baselines(data, ridge)},
        quantiles=quantiles_of(model),
        intervals={"network": _intervals(interval)} if interval else None,
        limit=limit,
        fallback=_fallback(network, ridge),
    )


def quantiles_of(model: keras.Model) -> tuple[float, ...]:
    """The levels of a finished forecaster's quantiles; none where it has points alone."""
    head = _layer(_layer(model, keras.Model), QuantileHead)
    return tuple(head.quantiles) if head else ()


def _fallback(network: keras.Model, ridge: RidgeForecast) -> Fallback | None:
    """What is left of a network whose residual layer was silenced: the regression beside it."""
    residual = next((layer for layer in network.layers if layer.name == RESIDUAL), None)
    if residual is None or any(weight.any() for weight in residual.get_weights()):
        return None
    around = ", with the same quantiles around it always" if _layer(network, QuantileHead) else ""
    kernel = network.get_layer(LINEAR).get_weights()[0]
    if not kernel.any():
        return Fallback(
            ("repeat",) if ridge.kernel.any() else ("ridge", "repeat"),
            "Neither the ridge regression nor what the recurrent layers added to it was clearly "
            f"better in validation than repeating the last value, so that is the forecast{around}.",
        )
    if np.linalg.norm(kernel - ridge.kernel) > _SAME * np.linalg.norm(kernel):
        return Fallback(
            (),
            "What the recurrent layers added to the linear map was not clearly better in "
            f"validation, so the forecast is that map's{around}. The map was fine-tuned: it is not "
            "the ridge regression of these rows alone.",
        )
    return Fallback(
        ("ridge",),
        "What the recurrent layers added to the ridge regression was not clearly better in "
        f"validation, so the forecast is the regression's{around}.",
    )


class Question(NamedTuple):
    """A window of raw values, the places of the series to answer for, and the times to forecast."""

    window: dict[str, np.ndarray]
    chosen: np.ndarray
    times: pd.DatetimeIndex


class Forecaster(ABC):
    """Takes the end of series and names times; a subclass knows the numbers.

    Attributes:
        names: The series that it forecasts.
        frequency: The step of their grid, as pandas writes it; empty if it is not known.
        lookback: Rows that it looks back on.
        horizon: Rows that it reaches ahead.
        intervals: Whether its answers have `lower` and `upper`.
    """

    names: list[str]
    frequency: str
    lookback: int
    horizon: int
    intervals: bool

    @abstractmethod
    def answer(self, window: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The outputs for a raw window; see `finish_forecaster`."""

    def forecast(self, series: TimeSeries) -> pd.DataFrame:
        """What comes after the last row: a row a series and time, in the data's unit.

        Series without a value in the lookback, such as those that ended long before the others, are
        left out, and the log says which.

        Args:
            series: The model's series, in any order; others among them are left out.

        Returns:
            Columns `series`, `time`, `forecast`, and where there are intervals `lower` and `upper`.

        Raises:
            DataError: A series is not there, none has a recent value, the frequency is another,
                there are too few rows, or covariates end too early.
        """
        asked = self.question(series)
        return self.table(
            asked, {name: each[0] for name, each in self.answer(asked.window).items()}
        )

    def question(self, series: TimeSeries) -> Question:
        """What to ask of the end of series; see `forecast`."""
        series = self._own(series)
        window = raw_window(series, self.lookback, self.horizon, series.length)
        chosen = self._with_recent_values(series, window["values"][0])
        times = series.times_until(series.length + self.horizon)[series.length :]
        return Question(window, chosen, times)

    def table(self, asked: Question, answer: dict[str, np.ndarray]) -> pd.DataFrame:
        """The rows of `forecast`; `answer` has one window's outputs, `(horizon, series)` each."""
        chosen = asked.chosen
        table = {
            "series": np.repeat([self.names[index] for index in chosen], self.horizon),
            "time": np.tile(asked.times, len(chosen)),
        }
        for name in ("forecast", "lower", "upper"):
            if name in answer:
                table[name] = answer[name].T[chosen].ravel()
        return pd.DataFrame(table)

    def _own(self, series: TimeSeries) -> TimeSeries:
        """The model's series, in its order."""
        here = set(series.names)
        missing = [name for name in self.names if name not in here]
        if missing:
            raise DataError(
                f"The data lack {len(missing):,} of the model's {len(self.names):,} series: "
                f"{_few(missing)}.",
                where=series.where,
                hint=f"Give all that it was trained on; the data have {_few(series.names)}.",
            )
        if self.frequency and to_offset(self.frequency) != to_offset(series.frequency):
            raise DataError(
                f"The frequency is {series.frequency}; the model forecasts {self.frequency}.",
                where=series.where,
                hint=f"Give rows of the frequency {self.frequency}, as in training.",
            )
        return series.take(self.names)

    def _with_recent_values(self, series: TimeSeries, values: np.ndarray) -> np.ndarray:
        """Positions of the series that have a value in the window, `(lookback, series)`."""
        silent = np.isnan(values).all(axis=0)
        what = f"without a value in the last {self.lookback:,} rows"
        names = _few([self.names[index] for index in np.flatnonzero(silent)])
        if silent.all():
            raise DataError(
                f"All {len(silent):,} series are {what}, so there is nothing to forecast from: "
                f"{names}.",
                where=series.where,
                hint="Add their latest values.",
            )
        if silent.any():
            log.warning(
                "Left out, %s of %s series, %s (to forecast them, add their latest values): %s.",
                f"{silent.sum():,}",
                f"{len(silent):,}",
                what,
                names,
            )
        return np.flatnonzero(~silent)


class KerasForecaster(Forecaster):
    """Forecasts from a finished Keras model."""

    def __init__(self, model: keras.Model) -> None:
        self.names = series_names(model)
        self.frequency = model.get_layer(SCALING).frequency
        self.lookback = model.input["values"].shape[1]
        self.horizon = model.output["forecast"].shape[1]
        self.intervals = "lower" in model.output
        self._model = tf.function(
            lambda window: model(window, training=False), reduce_retracing=True
        )

    def answer(self, window: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        tensors = {name: tf.constant(value) for name, value in window.items()}
        outputs = self._model(tensors)
        return {name: np.asarray(value) for name, value in outputs.items()}


class ExportedForecaster(Forecaster):
    """Forecasts from a SavedModel, by TensorFlow alone."""

    def __init__(self, folder: Path) -> None:
        self._loaded, metadata = load_export(folder, "forecaster")
        if "horizon" not in metadata:
            raise ExportError("This is no exported forecaster.", where=folder)
        self._folder = folder
        self._serve = self._loaded.signatures["serving_default"]
        self.names = [name.decode() for name in metadata["series"]]
        self.frequency = bytes(metadata["frequency"]).decode()
        self.lookback, self.horizon = int(metadata["lookback"]), int(metadata["horizon"])
        self.intervals = "lower" in self._serve.structured_outputs

    def answer(self, window: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        self._check_inputs(window)
        tensors = {name: tf.constant(value) for name, value in window.items()}
        return {name: tensor.numpy() for name, tensor in self._serve(**tensors).items()}

    def _check_inputs(self, window: dict[str, np.ndarray]) -> None:
        """Refuses data with other covariates than the export was made for."""
        specs = self._serve.structured_input_signature[1]
        taken = {name: tuple(spec.shape[1:]) for name, spec in specs.items()}
        given = {name: value.shape[1:] for name, value in window.items()}
        if taken != given:
            raise ExportError(
                f"This export takes {_shapes(taken)}; the data make {_shapes(given)}.",
                where=self._folder,
                hint="Name the run that it was made from with --run: data.past, data.known and "
                "data.calendar must be the same.",
            )


def _layer(model: keras.Model, kind: type) -> Any:
    """The first layer of a kind, or None."""
    return next((layer for layer in model.layers if isinstance(layer, kind)), None)


def _few(names: Sequence[str]) -> str:
    """Names for a message, the first of many."""
    shown = ", ".join(repr(name) for name in names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else shown


def _shapes(inputs: dict[str, tuple[int, ...]]) -> str:
    return ", ".join(f"{name} {shape}" for name, shape in sorted(inputs.items()))


def _intervals(layer: PredictionInterval) -> ConformalIntervals:
    margins = np.array(layer.margins, "float32")
    return ConformalIntervals(layer.coverage, margins, layer.bounds, windows=0)
