"""The same forecaster as one would write it after the pages of keras.io."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import json
import time

import keras
import numpy as np
from keras import layers, ops

BATCH, STEPS, LOOKBACK, HORIZON, SEGMENT, UNITS = 256, 100, 504, 96, 24, 64

values = keras.Input((LOOKBACK,))
series = keras.Input((), dtype="int32")
last = values[:, -1:]
linear = layers.Dense(HORIZON, use_bias=False, trainable=False)(values - last)
tokens = layers.Reshape((LOOKBACK // SEGMENT, SEGMENT))(values - last)
tokens = layers.Dropout(0.5)(layers.Dense(UNITS, activation="relu")(tokens))
lstm = layers.LSTM(UNITS, return_sequences=True, return_state=True)
_, *states = lstm(tokens)
count = HORIZON // SEGMENT
positions = layers.Embedding(count, UNITS)(
    ops.zeros_like(series)[:, None] + np.arange(count, dtype="int32")
)
queries = layers.Embedding(7, UNITS)(series)[:, None] + positions
queries = ops.reshape(queries, (-1, 1, UNITS))
decoded = lstm(queries, initial_state=[ops.repeat(state, count, axis=0) for state in states])[0]
decoded = layers.Dropout(0.5)(ops.reshape(decoded, (-1, count, UNITS)))
residual = layers.Reshape((HORIZON,))(layers.Dense(SEGMENT, kernel_initializer="zeros")(decoded))
model = keras.Model([values, series], last + linear + residual)
model.compile(
    keras.optimizers.AdamW(1e-3, weight_decay=0.01, global_clipnorm=1.0, use_ema=True),
    loss="mae",
    metrics=["mse"],
)

rng = np.random.default_rng(0)
inputs = [
    rng.normal(size=(BATCH * STEPS, LOOKBACK)).astype("float32"),
    rng.integers(0, 7, BATCH * STEPS).astype("int32"),
]
targets = rng.normal(size=(BATCH * STEPS, HORIZON)).astype("float32")
model.fit(inputs, targets, batch_size=BATCH, verbose=0)
started = time.perf_counter()
model.fit(inputs, targets, batch_size=BATCH, verbose=0)
seconds = time.perf_counter() - started
print(json.dumps({"items_per_second": BATCH * STEPS / seconds}))
