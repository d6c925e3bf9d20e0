"""The network: a variational autoencoder, whose code is a distribution."""

import keras
from dltemplates.data.sensor_data import SensorData
from dltemplates.layers import GaussianCode, WindowLevel
from keras import layers

from .config import Config


def build_model(config: Config, data: SensorData) -> keras.Model:
    """Builds the network, from scaled windows `(batch, window, sensors)` to their reconstruction.

    The encoder gives the mean and variance of a normal distribution; in training the decoder gets a
    draw from it, later its mean. `divergence_weight` holds the distribution near the standard one.
    """
    model = config.model
    widths = [max(model.units // 2**depth, model.code) for depth in range(model.layers)]
    shape = (data.window, len(data.names))
    values = shape[0] * shape[1]
    windows = keras.Input(shape, name="values")
    level = WindowLevel(data.drifting.tolist(), name="level")(windows)

    hidden = layers.Flatten()(windows - level)
    for width in widths:
        hidden = layers.Dense(width, activation="relu")(hidden)
    # The reconstruction error is a mean over values, so the divergence is made one too.
    weight = model.divergence_weight / values
    hidden = GaussianCode(model.code, weight, seed=config.train.seed, name="code")(hidden)
    for width in reversed(widths):
        hidden = layers.Dense(width, activation="relu")(hidden)
    flat = layers.Dense(values)(hidden)
    return keras.Model(windows, layers.Reshape(shape)(flat) + level, name="variational")
