"""The network."""

import keras
from dltemplates.data.standard_scale import StandardScale
from dltemplates.layers import FeatureNames

from .config import Config
from .data import Table


def build_model(config: Config, table: Table) -> keras.Model:
    """From unscaled rows `(batch, features)` through dense layers to logits `(batch, classes)`."""
    rows = keras.Input((len(table.features),), name="values")
    x = scaled(rows, table)
    for _ in range(config.model.depth):
        #% if batch_normalization
        x = keras.layers.Dense(config.model.width, use_bias=False)(x)
        x = keras.layers.BatchNormalization(momentum=0.9)(x)
        x = keras.layers.Activation("relu")(x)
        #% else
        x = keras.layers.Dense(config.model.width, activation="relu")(x)
        #% endif
        x = keras.layers.Dropout(config.model.dropout)(x)
    return keras.Model(rows, keras.layers.Dense(len(table.classes), name="logits")(x))


def scaled(rows: keras.KerasTensor, table: Table) -> keras.KerasTensor:
    """Rows with mean 0 and deviation 1 in training; a missing value becomes the mean."""
    values, _ = table.split("train")
    scale = StandardScale.of(values, table.features, setting="data.ignore", where="training rows")
    named = FeatureNames(table.features, name="features")(rows)
    normalize = keras.layers.Normalization(mean=scale.mean, variance=scale.scale**2)
    return keras.ops.nan_to_num(normalize(named))
