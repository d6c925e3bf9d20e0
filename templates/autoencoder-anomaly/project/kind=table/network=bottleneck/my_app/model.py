"""The network: encoder, code, decoder, as in the textbook."""

import keras
from dltemplates.data.table_data import TableData
from keras import layers

from .config import Config


def build_model(config: Config, data: TableData) -> keras.Model:
    """Builds the network, from scaled rows `(batch, features)` to their reconstruction.

    A row has to pass through the code, which is too small for everything: what normal rows have in
    common gets through, what is strange does not.
    """
    model = config.model
    widths = [max(model.units // 2**depth, model.code) for depth in range(model.layers)]
    features = len(data.names)
    rows = keras.Input((features,), name="values")

    hidden = rows
    for width in widths:
        hidden = layers.Dense(width, activation="relu")(hidden)
    code = layers.Dense(model.code, name="code")(hidden)

    hidden = code
    for width in reversed(widths):
        hidden = layers.Dense(width, activation="relu")(hidden)
    return keras.Model(rows, layers.Dense(features)(hidden), name="bottleneck")
