"""A finished forecaster: from values in the data's own unit to forecasts in that unit."""

import io

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import ops

from dltemplates.data.forecast_data import ForecastData
from dltemplates.data.time_series import Covariates, TimeSeries
from dltemplates.errors import DataError, ExportError
from dltemplates.evaluation.conformal import SPREAD_FLOOR, ConformalIntervals
from dltemplates.export.portable_model import PortableModel
from dltemplates.layers import (
    CalendarFeatures,
    FeatureNames,
    ForwardFill,
    PredictionInterval,
    QuantileHead,
    SeriesScaling,
)

KIND = "forecaster"
SCALING, INTERVAL, CALENDAR = "scaling", "interval", "calendar"
COVARIATES = ("past", "known", CALENDAR, "static")


def finish_forecaster(
    network: keras.Model, data: ForecastData, intervals: ConformalIntervals | None
) -> keras.Model:
    """Puts scaling, filling and intervals around a trained network.

    Args:
        network: From scaled windows of one series, see `Windows`, to scaled forecasts
            `(batch, horizon, quantiles)`.
        data: What it was trained on.
        intervals: Intervals around its forecasts; None for none.

    Returns:
        A model of all series at once. Inputs, float32 but for `times`:

        - `values`, `(batch, lookback, series)`, in the data's unit; NaN is a missing value;
        - `past`, `(batch, lookback, features)`, if there are such covariates;
        - `known`, `(batch, lookback + horizon, features)`, likewise;
        - `times`, int64, `(batch, lookback + horizon)`, seconds since 1970, if there are calendar
          features.

        Covariates that each series has of its own are `(batch, time, series, features)`.
        Outputs: `forecast`, and with intervals `lower` and `upper`, `(batch, horizon, series)`; of
        several quantiles also `quantiles`, `(batch, horizon, series, quantiles)`.
    """
    count = len(data.series.names)
    inputs = _raw_inputs(data)
    statistics = data.series.names, data.mean.tolist(), data.scale.tolist()
    scaling = SeriesScaling(*statistics, frequency=data.series.frequency, name=SCALING)
    scaled = scaling(inputs["values"])
    filled = ForwardFill()(scaled)
    index = ops.zeros_like(filled[:, 0], dtype="int32") + np.arange(count, dtype="int32")
    windows = {"values": _fold(filled), "series": ops.reshape(index, (-1,))}
    history, known = _features(data, inputs, scaled)
    if history:
        windows["history"] = ops.concatenate([_fold(each) for each in history], axis=-1)
    if known:
        windows["known"] = ops.concatenate([_fold(each) for each in known], axis=-1)
    if data.static_features:
        static = keras.layers.Embedding(count, len(data.static_features), trainable=False)
        named = FeatureNames(data.static_features, name=_names_of("static"))
        windows["static"] = named(static(windows["series"]))
        static.set_weights([data.series.static])

    # Without loss and optimizer, whose classes a program that only forecasts may not know.
    bare = keras.Model(network.input, network.output, name=network.name)
    forecasts = bare(windows, training=False)
    forecasts = ops.reshape(forecasts, (-1, count, data.horizon, forecasts.shape[-1]))
    forecasts = ops.transpose(forecasts, (0, 2, 1, 3))
    unscale = SeriesScaling(*statistics, inverse=True)
    outputs = {"forecast": unscale(forecasts[..., _median(network)])}
    if forecasts.shape[-1] > 1:
        outputs["quantiles"] = unscale(forecasts)
    if intervals is not None:
        interval = PredictionInterval(
            intervals.margins.tolist(),
            intervals.coverage,
            intervals.bounds,
            SPREAD_FLOOR,
            name=INTERVAL,
        )
        centre = forecasts if intervals.bounds else forecasts[..., _median(network)]
        ends = interval(centre, window=filled)
        outputs |= {"lower": unscale(ends[..., 0]), "upper": unscale(ends[..., 1])}
    return keras.Model(inputs, outputs)


def raw_window(series: TimeSeries, lookback: int, horizon: int, origin: int) -> dict:
    """What a finished forecaster takes to forecast from row `origin` on, a batch of one.

    Raises:
        DataError: There are too few rows before, or covariates known ahead end too early.
    """
    if origin < lookback:
        raise DataError(
            f"{origin:,} rows are fewer than the lookback of {lookback:,}.",
            where=series.where,
            hint="Give a longer history.",
        )
    behind, around = slice(origin - lookback, origin), slice(origin - lookback, origin + horizon)
    window = {"values": series.values[:, behind].T}
    if series.past.names:
        window["past"] = _rows(series.past, behind)
    if series.known.names:
        if series.known.rows < origin + horizon:
            raise DataError(
                f"The covariates known ahead ({', '.join(series.known.names)}) end "
                f"{origin + horizon - series.known.rows:,} rows before the horizon does.",
                where=series.where,
                hint="Add rows with these columns, or shorten the horizon.",
            )
        window["known"] = _rows(series.known, around)
    if series.calendar.kinds:
        times = series.times_until(origin + horizon)[around]
        window["times"] = unix_seconds(times)
    return {name: value[None] for name, value in window.items()}


def unix_seconds(times: pd.DatetimeIndex) -> np.ndarray:
    """Seconds since 1970-01-01 00:00, int64; times without a zone are taken as they read."""
    plain = times.tz_convert("UTC").tz_localize(None) if times.tz is not None else times
    return plain.to_numpy("datetime64[s]").astype("int64")


def sample_windows(data: ForecastData, count: int = 8) -> list[bytes]:
    """Raw windows to prove an export on, evenly spread over what training did not see."""
    split = next((name for name in ("validation", "test") if data.splits[name]), "train")
    origins = data.origins(split)
    chosen = np.unique(np.linspace(origins.start, origins.stop - 1, count).astype("int64"))
    return [
        _to_bytes(raw_window(data.series, data.lookback, data.horizon, int(origin)))
        for origin in chosen
    ]


def series_names(model: keras.Model) -> list[str]:
    """The series that a finished forecaster forecasts.

    Raises:
        ExportError: The model is no finished forecaster.
    """
    if SCALING not in {layer.name for layer in model.layers}:
        raise ExportError("This is no finished forecaster.", hint="Use a run of this project.")
    return model.get_layer(SCALING).names


def covariate_names(model: keras.Model) -> dict[str, list[str]]:
    """What a finished forecaster takes beside the series: names by kind, of `COVARIATES`.

    Of `calendar` the kinds, such as `hour`, which the model computes itself; `static` features are
    inside the model too.
    """
    layers = {layer.name: layer for layer in model.layers}
    names = {}
    for kind in COVARIATES:
        layer = layers.get(CALENDAR if kind == CALENDAR else _names_of(kind))
        names[kind] = [] if layer is None else layer.kinds if kind == CALENDAR else layer.names
    return names


def _names_of(kind: str) -> str:
    """Name of the layer that keeps the names of these covariates."""
    return f"{kind}_names"


def scaling_of(kind: str) -> str:
    """Name of the layer that scales these covariates, `past` or `known`."""
    return f"{kind}_scaling"


def forecaster_archive(model: keras.Model) -> keras.export.ExportArchive:
    """Prepares a SavedModel of a finished forecaster.

    Returns:
        An archive with the signatures

        - `serving_default`: the inputs and outputs of the model, see `finish_forecaster`; inputs of
          another shape are refused, not broadcast;
        - `metadata`: no input; `kind`, string, `series`, string `(series,)`, with their `mean` and
          `scale` in training, float32, in their unit, `lookback` and `horizon`, int32,
          `frequency`, string; `past`, `known`, `calendar` and `static`, string, the names of such
          covariates in the order of their input's last axis, empty where there are none, see
          `covariate_names`; and where there are intervals their `coverage`, float32.
    """
    names, covariates = series_names(model), covariate_names(model)
    scaling = model.get_layer(SCALING)
    interval = _interval(model)
    shapes = {tensor.name: tensor for tensor in model.inputs}
    lookback, horizon = shapes["values"].shape[1], model.output["forecast"].shape[1]
    archive = keras.export.ExportArchive()
    archive.track(model)

    def serve(inputs):
        # A loaded signature does not compare shapes with its own: the graph has to.
        checked = {
            name: tf.ensure_shape(tensor, shapes[name].shape) for name, tensor in inputs.items()
        }
        return model(checked, training=False)

    def metadata():
        about = {
            "kind": tf.constant(KIND),
            "series": tf.constant(names),
            "mean": tf.constant(scaling.mean),
            "scale": tf.constant(scaling.scale),
            "lookback": tf.constant(lookback),
            "horizon": tf.constant(horizon),
            "frequency": tf.constant(scaling.frequency),
            **{kind: tf.constant(each, tf.string) for kind, each in covariates.items()},
        }
        if interval is not None:
            about["coverage"] = tf.constant(interval.coverage)
        return about

    signature = {
        name: tf.TensorSpec(tensor.shape, tensor.dtype, name=name)
        for name, tensor in shapes.items()
    }
    archive.add_endpoint("serve", serve, [signature])
    archive.add_endpoint("metadata", metadata, [])
    return archive


def portable_forecaster(model: keras.Model) -> PortableModel:
    """The whole of a finished forecaster: it is numbers from end to end."""
    shapes = {tensor.name: tensor.shape for tensor in model.inputs}
    about = {
        "kind": KIND,
        "series": series_names(model),
        "frequency": model.get_layer(SCALING).frequency,
        "lookback": shapes["values"][1],
        "horizon": model.output["forecast"].shape[1],
        **covariate_names(model),
    }
    if (interval := _interval(model)) is not None:
        about["coverage"] = interval.coverage
    return PortableModel(model, {}, about, "Nothing is left outside.")


def _interval(model: keras.Model) -> PredictionInterval | None:
    return next((layer for layer in model.layers if layer.name == INTERVAL), None)


def _median(network: keras.Model) -> int:
    """Where the median is among a network's outputs; point forecasts have one alone."""
    heads = [layer for layer in network.layers if isinstance(layer, QuantileHead)]
    return heads[0].quantiles.index(0.5) if heads else 0


def _raw_inputs(data: ForecastData) -> dict:
    series, count = data.series, len(data.series.names)
    both = data.lookback + data.horizon
    inputs = {"values": keras.Input((data.lookback, count), name="values")}
    for name, covariates, rows in (
        ("past", series.past, data.lookback),
        ("known", series.known, both),
    ):
        if covariates.names:
            own = () if covariates.values.shape[0] == 1 else (count,)
            inputs[name] = keras.Input((rows, *own, len(covariates.names)), name=name)
    if series.calendar.kinds:
        inputs["times"] = keras.Input((both,), dtype="int64", name="times")
    return inputs


def _features(data: ForecastData, inputs: dict, scaled) -> tuple[list, list]:
    """What `history` and `known` are made of, each `(batch, time, series, features)`."""
    history, known = [], []
    if data.missing:
        history.append(ops.cast(ops.isfinite(scaled), "float32")[..., None])
    if "past" in inputs:
        history.append(_covariates("past", inputs, data))
    ahead = []
    if "known" in inputs:
        ahead.append(_covariates("known", inputs, data))
    if "times" in inputs:
        calendar = CalendarFeatures(data.series.calendar.kinds, name=CALENDAR)
        ahead.append(_of_each(calendar(inputs["times"]), data))
    for each in ahead:
        history.append(each[:, : data.lookback])
        known.append(each[:, data.lookback :])
    return history, known


def _covariates(kind: str, inputs: dict, data: ForecastData):
    """Covariates of one kind, scaled, with their names beside them."""
    block = data.features[kind]
    named = FeatureNames(block.names, name=_names_of(kind))(inputs[kind])
    return _of_each(_standardised(named, block, scaling_of(kind)), data)


def _standardised(covariates, block, name: str):
    """Scaled as in training; a missing one takes the last before it, else the mean."""
    normalize = keras.layers.Normalization(mean=block.mean, variance=block.scale**2, name=name)
    flat = ops.reshape(
        normalize(covariates), (-1, covariates.shape[1], int(np.prod(covariates.shape[2:])))
    )
    return ops.reshape(ForwardFill()(flat), (-1, *covariates.shape[1:]))


def _of_each(features, data: ForecastData):
    """The same features for each series, where they have none of their own."""
    if len(features.shape) == 4:
        return features
    return ops.repeat(features[:, :, None], len(data.series.names), axis=2)


def _fold(values):
    """`(batch, time, series, …)` to `(batch * series, time, …)`."""
    rest = range(3, len(values.shape))
    values = ops.transpose(values, (0, 2, 1, *rest))
    return ops.reshape(values, (-1, *values.shape[2:]))


def _rows(covariates: Covariates, rows: slice) -> np.ndarray:
    values = covariates.values[:, rows]
    return values[0] if values.shape[0] == 1 else np.swapaxes(values, 0, 1)


def _to_bytes(window: dict) -> bytes:
    file = io.BytesIO()
    np.savez(file, **window)
    return file.getvalue()
