"""The network: recurrent layers over the lookback, as in a textbook."""

import keras
from dltemplates.data.forecast_data import ForecastData
from dltemplates.layers import (
    #% if output == "quantiles"
    QuantileHead,
    #% endif
    ReversibleInstanceNormalization,
)
from keras import layers, ops

from .config import Config
from .data import make_inputs

NORMALIZATIONS = {"last_value": "last", "reversible_instance": "standard", "none": "none"}


def build_model(config: Config, data: ForecastData) -> keras.Model:
    #% if output == "quantiles"
    """Builds the network, from scaled windows to scaled quantiles `(batch, horizon, quantiles)`."""
    #% else
    """Builds the network, from scaled windows to scaled forecasts `(batch, horizon, 1)`."""
    #% endif
    inputs = make_inputs(data)
    values, model = inputs["values"], config.model
    normalization = ReversibleInstanceNormalization(NORMALIZATIONS[model.normalization])

    history = [normalization(values)[..., None]]
    if "history" in inputs:
        history.append(inputs["history"])
    x = ops.concatenate(history, axis=-1)
    for index in range(model.layers):
        x = layers.<< {"lstm": "LSTM", "gru": "GRU", "simple_rnn": "SimpleRNN"}[cell] >>(
            model.units,
            return_sequences=index < model.layers - 1,
            name="history_reader" if index == 0 else None,
        )(x)
        x = layers.Dropout(model.dropout)(x)

    series = layers.Embedding(len(data.series.names), 4, name="series_embedding")
    x = layers.Concatenate()([x, series(inputs["series"])])
    for name in ("known", "static"):  # covariates of the future, and of the series
        if name in inputs:
            x = layers.Concatenate()([x, layers.Flatten()(inputs[name])])
    #% if output == "quantiles"
    x = layers.Reshape((data.horizon, 8))(layers.Dense(8 * data.horizon, name="steps")(x))
    x = QuantileHead(model.quantiles)(x)
    #% else
    x = layers.Dense(data.horizon, name="steps")(x)[..., None]
    #% endif
    return keras.Model(inputs, normalization(x, inverse_for=values), name="plain")
