"""The same network as one would write it after the pages of keras.io, in float32."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import json
import time

import keras
import numpy as np
from keras import layers

BATCH, STEPS = 256, 60


def stage(x, filters):
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.MaxPooling2D()(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    shortcut = x
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    return layers.Add()([shortcut, x])


inputs = keras.Input((32, 32, 3))
x = layers.RandomTranslation(1 / 16, 1 / 16)(layers.RandomFlip("horizontal")(inputs))
x = layers.Rescaling(1 / 255)(x)
x = layers.Conv2D(32, 3, activation="relu")(x)
for filters in (64, 128, 256):
    x = stage(x, filters)
x = layers.GlobalMaxPooling2D()(x)
model = keras.Model(inputs, layers.Dense(10)(x))
model.compile(
    keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
rng = np.random.default_rng(0)
images = rng.integers(0, 256, (BATCH * STEPS, 32, 32, 3), "uint8")
labels = rng.integers(0, 10, len(images))
model.fit(images[: BATCH * 5], labels[: BATCH * 5], batch_size=BATCH, verbose=0)
started = time.perf_counter()
model.fit(images, labels, batch_size=BATCH, verbose=0)
seconds = time.perf_counter() - started
print(json.dumps({"items_per_second": len(images) / seconds}))
