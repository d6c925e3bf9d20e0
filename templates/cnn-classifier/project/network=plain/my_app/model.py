"""The network: the textbook stack of convolution, pooling, flatten and dense layers."""

import keras
from dltemplates.data.image_data import ImageData
from keras import layers

from .config import Config


def build_model(config: Config, data: ImageData) -> keras.Model:
    """Builds the network, from pixels 0-255 `(batch, size, size, channels)` to logits."""
    activation = config.model.activation
    mean, variance = data.mean_and_variance()
    inputs = keras.Input((data.size, data.size, data.channels), name="pixels")

    x = layers.Normalization(mean=mean, variance=variance)(inputs)
    filters = config.model.width
    while x.shape[1] >= 8:
        x = layers.Conv2D(filters, 3, padding="same", activation=activation)(x)
        x = layers.MaxPooling2D()(x)
        filters = min(2 * filters, 512)
    x = layers.Flatten()(x)
    x = layers.Dense(4 * config.model.width, activation=activation)(x)
    x = layers.Dropout(config.model.dropout)(x)
    logits = layers.Dense(len(data.class_names), dtype="float32", name="logits")(x)
    return keras.Model(inputs, logits, name="plain")
