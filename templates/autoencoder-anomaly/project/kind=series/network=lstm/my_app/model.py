"""The network: a recurrent encoder that reads a window into a code, and one that unrolls it."""

import keras
from dltemplates.data.sensor_data import SensorData
from dltemplates.layers import WindowLevel
from keras import layers

from .config import Config


def build_model(config: Config, data: SensorData) -> keras.Model:
    """Builds the network, from scaled windows `(batch, window, sensors)` to their reconstruction.

    The encoder's last state is the code; the decoder gets it at every step and writes the window
    backwards, as in Srivastava et al., 2015 (https://arxiv.org/abs/1502.04681).
    """
    model = config.model
    windows = keras.Input((data.window, len(data.names)), name="values")
    level = WindowLevel(data.drifting.tolist(), name="level")(windows)

    hidden = windows - level
    for _ in range(model.layers - 1):
        hidden = layers.LSTM(model.units, return_sequences=True)(hidden)
    hidden = layers.LSTM(model.units)(hidden)
    code = layers.Dense(model.code, name="code")(hidden)

    hidden = layers.RepeatVector(data.window)(code)
    for _ in range(model.layers):
        hidden = layers.LSTM(model.units, return_sequences=True)(hidden)
    backwards = layers.Dense(len(data.names))(hidden)
    return keras.Model(windows, backwards[:, ::-1] + level, name="lstm")
