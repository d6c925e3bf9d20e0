"""The network: a variational autoencoder, whose code is a distribution."""

import keras
from dltemplates.data.table_data import TableData
from dltemplates.layers import GaussianCode
from keras import layers

from .config import Config


def build_model(config: Config, data: TableData) -> keras.Model:
    """Builds the network, from scaled rows `(batch, features)` to their reconstruction.

    The encoder gives the mean and variance of a normal distribution; in training the decoder gets a
    draw from it, later its mean. `divergence_weight` holds the distribution near the standard one.
    """
    model = config.model
    widths = [max(model.units // 2**depth, model.code) for depth in range(model.layers)]
    features = len(data.names)
    rows = keras.Input((features,), name="values")

    hidden = rows
    for width in widths:
        hidden = layers.Dense(width, activation="relu")(hidden)
    # The reconstruction error is a mean over features, so the divergence is made one too.
    weight = model.divergence_weight / features
    code = GaussianCode(model.code, weight, seed=config.train.seed, name="code")(hidden)

    hidden = code
    for width in reversed(widths):
        hidden = layers.Dense(width, activation="relu")(hidden)
    return keras.Model(rows, layers.Dense(features)(hidden), name="variational")
