"""The same denoising autoencoder as one would write it after the pages of keras.io."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import json
import time

import keras
import numpy as np
from keras import layers

BATCH, STEPS, WINDOW, SENSORS, FILTERS = 32, 1_000, 16, 8, 32

windows = keras.Input((WINDOW, SENSORS))
noisy = layers.GaussianNoise(1.0)(windows)
hidden = layers.Conv1D(FILTERS, 5, padding="same", activation="gelu")(noisy)
for filters in (2 * FILTERS, 4 * FILTERS):
    hidden = layers.Conv1D(filters, 5, strides=2, padding="same", activation="gelu")(hidden)
for filters in (2 * FILTERS, FILTERS):
    hidden = layers.Conv1DTranspose(filters, 5, strides=2, padding="same", activation="gelu")(
        hidden
    )
repaired = layers.Conv1D(SENSORS, 1, kernel_initializer="zeros")(hidden)
model = keras.Model(windows, repaired)
model.compile(keras.optimizers.Adam(2e-3), loss="mse")

log = np.random.default_rng(0).normal(size=(BATCH * STEPS + WINDOW - 1, SENSORS)).astype("float32")
examples = np.stack([log[start : start + WINDOW] for start in range(BATCH * STEPS)])
model.fit(examples, examples, batch_size=BATCH, verbose=0)
started = time.perf_counter()
model.fit(examples, examples, batch_size=BATCH, verbose=0)
seconds = time.perf_counter() - started
print(json.dumps({"items_per_second": BATCH * STEPS / seconds}))
