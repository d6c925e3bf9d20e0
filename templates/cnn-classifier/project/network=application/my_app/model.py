"""The network: << backbone >> from keras.applications, with a new last layer."""

import keras
from dltemplates.data.image_data import ImageData
from keras import layers

from .config import Config


def build_model(config: Config, data: ImageData) -> keras.Model:
    """Builds the network, from pixels 0-255 `(batch, size, size, channels)` to logits."""
    inputs = keras.Input((data.size, data.size, data.channels), name="pixels")
    x = inputs
    if data.channels == 1:  # the backbone expects RGB
        x = layers.Concatenate()([x, x, x])
    #% if backbone in ["ResNet50", "ResNet101", "ResNet152", "VGG16", "VGG19"]
    x = keras.applications.imagenet_utils.preprocess_input(x, mode="caffe")
    #% elif backbone.startswith("DenseNet")
    x = keras.applications.imagenet_utils.preprocess_input(x, mode="torch")
    #% elif not backbone.startswith(("ConvNeXt", "EfficientNet", "MobileNetV3"))
    x = keras.applications.imagenet_utils.preprocess_input(x, mode="tf")
    #% endif
    backbone = keras.applications.<< backbone >>(
        include_top=False,
        weights="imagenet" if config.model.imagenet else None,
        input_shape=(data.size, data.size, 3),
        pooling="avg",
    )
    x = backbone(x)
    x = layers.Dropout(config.model.dropout)(x)
    logits = layers.Dense(len(data.class_names), dtype="float32", name="logits")(x)
    return keras.Model(inputs, logits, name="classifier")
