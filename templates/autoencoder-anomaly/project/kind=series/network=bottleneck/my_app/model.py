"""The network: encoder, code, decoder, as in the textbook."""

import keras
from dltemplates.data.sensor_data import SensorData
from dltemplates.layers import WindowLevel
from keras import layers

from .config import Config


def build_model(config: Config, data: SensorData) -> keras.Model:
    """Builds the network, from scaled windows `(batch, window, sensors)` to their reconstruction.

    A window has to pass through the code, which is too small for everything: what normal windows
    have in common gets through, what is strange does not.
    """
    model = config.model
    widths = [max(model.units // 2**depth, model.code) for depth in range(model.layers)]
    shape = (data.window, len(data.names))
    windows = keras.Input(shape, name="values")
    level = WindowLevel(data.drifting.tolist(), name="level")(windows)

    hidden = layers.Flatten()(windows - level)
    for width in widths:
        hidden = layers.Dense(width, activation="relu")(hidden)
    hidden = layers.Dense(model.code, name="code")(hidden)
    for width in reversed(widths):
        hidden = layers.Dense(width, activation="relu")(hidden)
    flat = layers.Dense(shape[0] * shape[1])(hidden)
    return keras.Model(windows, layers.Reshape(shape)(flat) + level, name="bottleneck")
