"""Digits that have moved: a dense network beside convolution and pooling.

Usage: python examples/learn/shifted_digits.py [--epochs 12]
"""

import argparse

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

MARGIN = 2


def framed(digits: np.ndarray, down: int = 0, right: int = 0) -> np.ndarray:
    """The digits, 8 by 8, in a frame of 12 by 12, moved by so many pixels from its middle."""
    frames = np.zeros((len(digits), 8 + 2 * MARGIN, 8 + 2 * MARGIN, 1), "float32")
    top, left = MARGIN + down, MARGIN + right
    frames[:, top : top + 8, left : left + 8, 0] = digits / 16.0
    return frames


def dense() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            layers.Flatten(),
            layers.Dense(48, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def convolutional() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(10, activation="softmax"),
        ]
    )


def drawn(values: np.ndarray) -> list[str]:
    """An image as characters, from nothing to much."""
    shades = " .:+#@"
    levels = np.clip(values / max(values.max(), 1e-6) * (len(shades) - 1), 0, None)
    return ["".join(shades[round(level)] * 2 for level in row) for row in levels]


def show_edges(digit: np.ndarray) -> None:
    """A convolution whose weights we know: it answers where dark lies above bright."""
    kernel = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]], "float32")[..., None, None]
    edges = layers.Conv2D(1, 3, padding="same", use_bias=False, activation="relu")
    edges.build((None, 12, 12, 1))
    edges.set_weights([kernel])
    found = edges(digit[None])
    pooled = layers.MaxPooling2D()(found)
    parts = [drawn(np.asarray(part)[..., 0]) for part in (digit, found[0], pooled[0])]
    print(f"{'the digit':26}{'convolution: upper edges':26}max pooling")
    for row in range(12):
        print("".join(f"{part[row] if row < len(part) else '':26}" for part in parts).rstrip())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=12)
    epochs = parser.parse_args().epochs
    digits = load_digits()
    train, test = slice(0, 1400), slice(1400, None)
    show_edges(framed(digits.images[:1])[0])
    print("\naccuracy on test digits moved by       0 pixels   1 pixel   2 pixels")
    for name, build in {"dense": dense, "convolution and pooling": convolutional}.items():
        keras.utils.set_random_seed(0)
        network = build()
        network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        network.fit(
            framed(digits.images[train]), digits.target[train],
            batch_size=32, epochs=epochs, verbose=0,
        )  # fmt: skip
        scores = [
            network.evaluate(framed(digits.images[test], by, by), digits.target[test], verbose=0)[1]
            for by in (0, 1, 2)
        ]
        weights = f"{name}, {network.count_params():,} weights"
        print(f"{weights:38}" + "".join(f"{score:10.1%}" for score in scores), flush=True)


if __name__ == "__main__":
    main()
