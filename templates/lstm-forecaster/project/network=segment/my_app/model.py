"""The network: a ridge regression, and beside it a recurrent network that steps over segments."""

import math

import keras
from dltemplates.data.forecast_data import ForecastData
from dltemplates.evaluation.ridge import RidgeForecast, fit_ridge
from dltemplates.layers import (
    PositionEmbedding,
    #% if output == "quantiles"
    QuantileHead,
    #% endif
    ReversibleInstanceNormalization,
    SegmentEmbedding,
)
from keras import layers, ops

from .config import Config
from .data import make_inputs

NORMALIZATIONS = {"last_value": "last", "reversible_instance": "standard", "none": "none"}


def build_model(
    config: Config, data: ForecastData, ridge: RidgeForecast | None = None
) -> keras.Model:
    #% if output == "quantiles"
    """Builds the network, from scaled windows to scaled quantiles `(batch, horizon, quantiles)`."""
    #% else
    """Builds the network, from scaled windows to scaled forecasts `(batch, horizon, 1)`."""
    #% endif
    inputs = make_inputs(data)
    values = inputs["values"]
    normalization = ReversibleInstanceNormalization(NORMALIZATIONS[config.model.normalization])
    window = normalization(values)

    last = window[:, -1:]
    linear = layers.Dense(data.horizon, use_bias=False, name="linear")
    trend = last + linear(window - last)
    residual = residual_path(window, inputs, config, data)
    forecast = normalization(trend[..., None] + residual, inverse_for=values)

    linear.set_weights([(ridge or fit_ridge(data)).kernel])
    linear.trainable = False  # no training improves on its closed form
    return keras.Model(inputs, forecast, name="segment")


def residual_path(window, inputs, config: Config, data: ForecastData):
    """What the linear map misses; nothing before training.

    The recurrent layers read the lookback segment by segment. Then each segment of the horizon is
    decoded by itself, one step on from where they ended.
    """
    model = config.model
    segments = math.ceil(data.horizon / model.segment)
    history = [window[..., None], *([inputs["history"]] if "history" in inputs else [])]
    tokens = SegmentEmbedding(model.units, model.segment, model.dropout, name="history_reader")(
        ops.concatenate(history, axis=-1)
    )

    count = len(data.series.names)
    queries = layers.Embedding(count, model.units, name="series_embedding")(inputs["series"])
    queries = PositionEmbedding()(layers.RepeatVector(segments)(queries))
    if "known" in inputs:
        reader = SegmentEmbedding(model.units, model.segment, name="known_reader")
        queries += reader(inputs["known"])
    if "static" in inputs:
        queries += layers.Dense(model.units)(inputs["static"])[:, None]

    queries = ops.reshape(queries, (-1, 1, model.units))  # each segment a sequence of one step
    for _ in range(model.layers):
        recurrent = layers.<< {"lstm": "LSTM", "gru": "GRU", "simple_rnn": "SimpleRNN"}[cell] >>(
            model.units, return_sequences=True, return_state=True, unroll=tokens.shape[1] <= 64
        )
        tokens, *states = recurrent(tokens)
        states = [ops.repeat(state, segments, axis=0) for state in states]
        queries = recurrent(queries, initial_state=states)[0]

    decoded = layers.Dropout(model.dropout)(ops.reshape(queries, (-1, segments, model.units)))
    #% if output == "quantiles"
    steps = layers.Dense(8 * model.segment, name="residual")(decoded)
    features = ops.reshape(steps, (-1, segments * model.segment, 8))[:, -data.horizon :]
    return QuantileHead(model.quantiles, scale=0.5, kernel_initializer="zeros")(features)
    #% else
    steps = layers.Dense(model.segment, kernel_initializer="zeros", name="residual")(decoded)
    return ops.reshape(steps, (-1, segments * model.segment, 1))[:, -data.horizon :]
    #% endif
