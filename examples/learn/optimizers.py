"""Six optimizers, one network, the same starting weights and batches.

Usage: python examples/learn/optimizers.py [--epochs 8] [--curves FILE.json]
"""

import argparse
import json
from pathlib import Path

import keras
from keras import layers
from sklearn.datasets import load_digits

OPTIMIZERS = {
    "SGD": lambda: keras.optimizers.SGD(0.01),
    "momentum": lambda: keras.optimizers.SGD(0.01, momentum=0.9),
    "Nesterov": lambda: keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True),
    "Adagrad": lambda: keras.optimizers.Adagrad(0.01),
    "RMSprop": lambda: keras.optimizers.RMSprop(0.001),
    "Adam": lambda: keras.optimizers.Adam(0.001),
}


def build_network() -> keras.Model:
    keras.utils.set_random_seed(0)  # the same weights for all
    return keras.Sequential(
        [
            keras.Input((64,)),
            layers.Dense(64, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--curves", type=Path, help="write the losses here, as JSON")
    options = parser.parse_args()
    digits = load_digits()
    pixels, labels = (digits.data / 16.0).astype("float32"), digits.target
    curves = {}
    for name, build in OPTIMIZERS.items():
        network = build_network()
        network.compile(build(), "sparse_categorical_crossentropy", metrics=["accuracy"])
        fit = network.fit(
            pixels[:1400], labels[:1400], batch_size=32, epochs=options.epochs, verbose=0
        )
        curves[name] = fit.history["loss"]
        accuracy = network.evaluate(pixels[1400:], labels[1400:], verbose=0)[1]
        losses = "".join(f"{loss:7.3f}" for loss in curves[name])
        print(f"{name:9} loss{losses}   test accuracy {accuracy:.1%}", flush=True)
    if options.curves:
        options.curves.write_text(json.dumps(curves, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
