"""The network: a convolutional autoencoder that repairs noisy windows, without a bottleneck."""

import keras
from dltemplates.data.sensor_data import SensorData
from dltemplates.layers import WindowLevel
from keras import layers

from .config import Config


def build_model(config: Config, data: SensorData) -> keras.Model:
    """Builds the network, from scaled windows `(batch, window, sensors)` to what they should be.

    Noise is added in training only. To take it off, the network has to know how normal windows
    look; what it does not know it takes for noise, and takes off too.
    """
    model = config.model
    windows = keras.Input((data.window, len(data.names)), name="values")
    level = WindowLevel(data.drifting.tolist(), name="level")(windows)
    hidden = layers.GaussianNoise(model.noise)(windows - level)

    filters = [model.filters * 2**depth for depth in range(model.layers)]
    hidden = convolution(layers.Conv1D, filters[0])(hidden)
    for width in filters[1:]:
        hidden = convolution(layers.Conv1D, width, strides=2)(hidden)
    hidden = layers.Identity(name="code")(hidden)
    for depth, width in reversed(list(enumerate(filters[:-1]))):
        hidden = convolution(layers.Conv1DTranspose, width, strides=2)(hidden)
        hidden = hidden[:, : -(-data.window // 2**depth)]  # an odd length came back as even
    repaired = layers.Conv1D(len(data.names), 1, kernel_initializer="zeros")(hidden)
    return keras.Model(windows, repaired + level, name="denoising")


def convolution(kind: type, filters: int, strides: int = 1) -> keras.Layer:
    return kind(filters, 5, strides=strides, padding="same", activation="gelu")
