"""The network: it repairs noisy rows, and is wider than they are instead of narrower."""

import keras
from dltemplates.data.table_data import TableData
from keras import layers

from .config import Config


def build_model(config: Config, data: TableData) -> keras.Model:
    """Builds the network, from scaled rows `(batch, features)` to what they should have been.

    Noise is added in training only. To take it off, the network has to know where normal rows lie.
    What it knows is in the layer `code`: how far a row is from the training rows there tells how
    strange it is.
    """
    model = config.model
    features = len(data.names)
    rows = keras.Input((features,), name="values")
    noisy = layers.GaussianNoise(model.noise)(rows)

    # The best linear repair of independent features of variance 1; the layers learn the rest.
    linear = noisy / (1.0 + model.noise**2)
    hidden = noisy / (1.0 + model.noise**2) ** 0.5
    hidden = layers.Dense(model.units, activation="silu")(hidden)
    for _ in range(model.layers - 1):
        hidden = layers.Add()([hidden, layers.Dense(model.units, activation="silu")(hidden)])
    code = layers.Identity(name="code")(hidden)
    correction = layers.Dense(features, kernel_initializer="zeros")(code)
    return keras.Model(rows, layers.Add()([linear, correction]), name="denoising")
