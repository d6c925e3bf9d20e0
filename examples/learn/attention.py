"""What a small transformer looks at when it reads a review.

Usage: python examples/learn/attention.py [--epochs 15] [--matrix FILE.json]
"""

import argparse
import json
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from dltemplates.data.review_sample import review_sample

LENGTH, WIDTH = 16, 32
ASKED = [
    "주말에 친구랑 봤는데 연기가 정말 훌륭하네요",
    "솔직히 스토리가 하나도 안 지루하더라",
    "음악은 전혀 아름답지가 않네요",
    "the acting was not boring",
]


def build_network(vocabulary: int) -> tuple[keras.Model, keras.Model]:
    """Returns the classifier, and the same network answering with its attention."""
    words = keras.Input((LENGTH,), dtype="int32")
    known = ops.cast(words != 0, "float32")
    place = ops.cumsum(ops.ones_like(words), axis=1) - 1
    x = layers.Embedding(vocabulary, WIDTH)(words) + layers.Embedding(LENGTH, WIDTH)(place)
    attention = layers.MultiHeadAttention(num_heads=1, key_dim=WIDTH)
    looked, shares = attention(
        x, x, attention_mask=known[:, None] > 0, return_attention_scores=True
    )
    x = layers.LayerNormalization()(x + looked)
    x = layers.LayerNormalization()(x + layers.Dense(WIDTH)(layers.Dense(64, "relu")(x)))
    text = ops.sum(x * known[..., None], axis=1) / ops.sum(known, axis=1, keepdims=True)
    answer = layers.Dense(1, activation="sigmoid")(text)
    return keras.Model(words, answer), keras.Model(words, [answer, shares[:, 0]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--matrix", type=Path, help="write who looks at whom here, as JSON")
    options = parser.parse_args()
    reviews = review_sample().splits["train"]
    tokens = layers.TextVectorization(6000, standardize="lower", output_sequence_length=LENGTH)
    tokens.adapt(reviews.texts)
    keras.utils.set_random_seed(0)
    network, looker = build_network(tokens.vocabulary_size())
    network.compile(keras.optimizers.Adam(0.003), "binary_crossentropy", metrics=["accuracy"])
    fit = network.fit(
        np.asarray(tokens(reviews.texts)), reviews.labels.astype("float32"),
        batch_size=64, epochs=options.epochs, validation_split=0.1, verbose=0,
    )  # fmt: skip
    print(f"accuracy on held-out reviews: {fit.history['val_accuracy'][-1]:.1%}")
    answers, shares = looker.predict_on_batch(np.asarray(tokens(ASKED)))
    for text, answer, rows in zip(ASKED, answers[:, 0], shares, strict=True):
        words = text.split()
        print(f"\n{answer:.2f} positive")
        for word, share in zip(words, rows[: len(words)].mean(axis=0), strict=False):
            print(f"  {share:4.0%} {'#' * round(30 * share):30} {word}")
    if options.matrix:
        words = ASKED[1].split()
        rows = shares[1, : len(words), : len(words)].astype(float).round(3).tolist()
        found = json.dumps({"words": words, "rows": rows}, ensure_ascii=False)
        options.matrix.write_text(found + "\n", "utf-8")


if __name__ == "__main__":
    main()
