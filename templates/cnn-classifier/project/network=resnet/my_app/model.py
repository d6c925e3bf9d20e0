"""The network: a small residual network on whitened patches, made to learn fast."""

import keras
from dltemplates.data.image_data import ImageData
from dltemplates.layers import BatchNormalization, WhiteningConv2D
from keras import layers

from .config import Config


def build_model(config: Config, data: ImageData) -> keras.Model:
    """Builds the network, from pixels 0-255 `(batch, size, size, channels)` to logits."""
    width, activation = config.model.width, config.model.activation
    mean, variance = data.mean_and_variance()
    inputs = keras.Input((data.size, data.size, data.channels), name="pixels")
    normalize = layers.Normalization(mean=mean, variance=variance)
    whiten = WhiteningConv2D(kernel_size=2)

    x = whiten(normalize(inputs))
    x = layers.Activation(activation)(x)
    for filters in (width, 2 * width, 4 * width):
        x = residual_stage(x, filters, activation)
    x = layers.GlobalMaxPooling2D()(x)
    x = layers.Dropout(config.model.dropout)(x)
    logits = layers.Dense(len(data.class_names), dtype="float32", name="logits")(x)

    whiten.adapt(normalize(data.train.sample(5_000)))
    return keras.Model(inputs, logits, name="resnet")


def residual_stage(x, filters: int, activation: str):
    """Halves height and width, then adds a residual convolution."""
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Activation(activation)(BatchNormalization()(x))
    shortcut = x
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.Activation(activation)(BatchNormalization()(x))
    return layers.Add()([shortcut, x])
