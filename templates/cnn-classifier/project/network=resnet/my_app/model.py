"""The network: a small residual network on whitened patches, made to learn fast."""

import keras
from dltemplates.data.image_data import ImageData
from dltemplates.layers import BatchNormalization, Dirac, WhiteningConv2D
from keras import layers

from .config import Config


def build_model(config: Config, data: ImageData) -> keras.Model:
    """Builds the network, from pixels 0-255 `(batch, height, width, channels)` to logits."""
    width, activation = config.model.width, config.model.activation
    mean, variance = data.mean_and_variance()
    inputs = keras.Input((None, None, data.channels), name="pixels")  # smaller ones come first
    normalize = layers.Normalization(mean=mean, variance=variance)
    strides = 1 if data.size <= 48 else 2
    whiten = WhiteningConv2D(filters=32 if data.channels == 3 else 18, strides=strides)

    x = layers.Activation(activation)(whiten(normalize(inputs)))
    size, filters = (data.size - 2) // strides, width
    while size >= 6:
        x = residual_stage(x, filters, activation)
        size, filters = size // 2, min(2 * filters, 4 * width)
    x = layers.GlobalMaxPooling2D()(x)
    x = layers.Dropout(config.model.dropout)(x)
    x = layers.Dense(len(data.class_names), use_bias=False)(x)
    logits = layers.Rescaling(1 / 9, dtype="float32", name="logits")(x)  # early doubt

    whiten.adapt(normalize(data.sample))
    return keras.Model(inputs, logits, name="resnet")


def residual_stage(x, filters: int, activation: str):
    """Halves height and width, then adds what one more convolution finds."""
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer=Dirac())(x)
    x = layers.MaxPooling2D()(x)  # before the cheaper part
    x = layers.Activation(activation)(BatchNormalization(momentum=0.8, scale=False)(x))
    shortcut = x
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer=Dirac())(x)
    x = layers.Activation(activation)(BatchNormalization(momentum=0.8, scale=False)(x))
    return layers.Add()([shortcut, x])
