"""The same text classifier in plain Keras, float32, as one would write it after keras.io."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import json
import time

import keras
from keras import layers, ops
from review_texts import CLASSES, STEPS, TEXTS, VOCABULARY, prepared_batches

UNITS, HEADS, BUCKETS, DROPOUT, HIDDEN = 128, 4, 20_000, 0.2, 1


class SpanDropout(layers.Layer):
    def call(self, tokens, training=False):
        if not training:
            return tokens
        begins = 1.0 - 0.85 ** (1 / 3)
        shape = ops.shape(tokens)
        noise = keras.random.uniform((shape[0], shape[1] + 2)) < begins
        hidden = noise[:, :-2] | noise[:, 1:-1] | noise[:, 2:]
        return ops.where(hidden & (tokens != 0), HIDDEN, tokens)


class NGrams(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.tables = [layers.Embedding(BUCKETS, UNITS) for _ in range(3)]

    def call(self, tokens, training=False):
        total = 0.0
        kept = ops.ones_like(tokens, dtype="float32")[..., None]
        if training:
            kept = keras.random.dropout(kept, 0.5)
        for order, table in zip((2, 3, 4), self.tables, strict=True):
            padded = ops.pad(tokens, ((0, 0), (0, order - 1)))
            code = tokens
            for place in range(1, order):
                code = code * 0x1B873593 + padded[:, place : place + ops.shape(tokens)[1]]
            code = ops.bitwise_xor(code, ops.right_shift(code, 15)) * 0x2C1B3C6D
            present = padded[:, order - 1 :] != 0
            rows = ops.where(present, code % (BUCKETS - 1) + 1, 0)
            total = total + table(rows) * ops.cast(present, "float32")[..., None] * kept
        return total


class Attention(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.query, self.key, self.value = (layers.Dense(UNITS) for _ in range(3))
        self.output_dense = layers.Dense(UNITS)

    def call(self, x, mask):
        length, size = ops.shape(x)[1], UNITS // HEADS
        query, key, value = (
            ops.reshape(dense(x), (-1, length, HEADS, size))
            for dense in (self.query, self.key, self.value)
        )
        speeds = 10_000.0 ** (-ops.arange(size // 2, dtype="float32") / (size // 2))
        angles = (ops.arange(length, dtype="float32")[:, None] * speeds)[:, None]
        cos, sin = ops.cos(angles), ops.sin(angles)

        def turned(x):
            a, b = x[..., : size // 2], x[..., size // 2 :]
            return ops.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1)

        x = ops.dot_product_attention(
            turned(query), turned(key), value, mask=mask[:, None, None, :]
        )
        return self.output_dense(ops.reshape(x, (-1, length, UNITS)))


def pooled(inputs):
    x, scores, mask = inputs
    weights = ops.softmax(ops.where(mask[..., None], scores, -1e9), axis=1)
    largest = ops.max(ops.where(mask[..., None], x, -1e9), axis=1)
    return ops.concatenate([ops.sum(weights * x, axis=1), largest], axis=-1)


tokens = keras.Input((None,), dtype="int32")
shown = SpanDropout()(tokens)
x = layers.Embedding(VOCABULARY + 2, UNITS)(shown) + NGrams()(shown)
x = layers.SpatialDropout1D(DROPOUT)(x)
x = x * ops.cast(tokens != 0, "float32")[..., None]
x = layers.Conv1D(UNITS, 3, strides=2, activation="relu")(layers.ZeroPadding1D((0, 2))(x))
mask = tokens[:, ::2] != 0
for _ in range(2):
    attended = Attention()(layers.LayerNormalization(epsilon=1e-6)(x), mask)
    x = x + layers.Dropout(DROPOUT)(attended)
    hidden = layers.Dense(4 * UNITS, activation="relu")(layers.LayerNormalization(epsilon=1e-6)(x))
    x = x + layers.Dropout(DROPOUT)(layers.Dense(UNITS)(hidden))
x = layers.LayerNormalization(epsilon=1e-6)(x)
x = layers.Lambda(pooled, output_shape=(2 * UNITS,))([x, layers.Dense(1)(x), mask])
model = keras.Model(tokens, layers.Dense(CLASSES)(layers.Dropout(DROPOUT)(x)))
model.compile(
    keras.optimizers.AdamW(2e-3, weight_decay=0.1, use_ema=True),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)


class Batches(keras.utils.PyDataset):
    def __init__(self):
        super().__init__()
        self.batches = [(tokens.astype("int32"), labels) for tokens, labels in prepared_batches()]

    def __len__(self):
        return STEPS

    def __getitem__(self, index):
        return self.batches[index]


batches = Batches()
model.fit(batches, verbose=0)
started = time.process_time()
model.fit(batches, verbose=0)
seconds = time.process_time() - started
print(json.dumps({"items_per_second": TEXTS / seconds, "parameters": model.count_params()}))
