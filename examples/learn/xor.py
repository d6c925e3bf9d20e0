"""A perceptron cannot learn XOR; two layers can, if something bends between them.

Usage: python examples/learn/xor.py [--epochs 500]
"""

import argparse

import keras
import numpy as np
from keras import layers

INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
TARGETS = {"AND": [0, 0, 0, 1], "XOR": [0, 1, 1, 0]}


def perceptron() -> keras.Model:
    return keras.Sequential([keras.Input((2,)), layers.Dense(1, activation="sigmoid")])


def two_layers(activation: str) -> keras.Model:
    hidden = layers.Dense(8, activation=activation)
    return keras.Sequential([keras.Input((2,)), hidden, layers.Dense(1, activation="sigmoid")])


def learn(network: keras.Model, targets: list[int], epochs: int) -> np.ndarray:
    """Trains on all four rows at once and returns an answer to each, 0 to 1."""
    network.compile(optimizer=keras.optimizers.Adam(0.1), loss="binary_crossentropy")
    labels = np.array(targets, "float32")[:, None]
    # fit starts anew for each epoch; the four rows again and again are one long epoch for it.
    rows, answers = np.tile(INPUTS, (epochs, 1)), np.tile(labels, (epochs, 1))
    network.fit(rows, answers, batch_size=4, shuffle=False, verbose=0)
    return network.predict_on_batch(INPUTS)[:, 0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=500, help="how often it sees the four rows")
    epochs = parser.parse_args().epochs
    networks = {
        "AND  perceptron": (perceptron, "AND"),
        "XOR  perceptron": (perceptron, "XOR"),
        "XOR  two layers, no activation": (lambda: two_layers("linear"), "XOR"),
        "XOR  two layers, tanh": (lambda: two_layers("tanh"), "XOR"),
    }
    print(f"{'':32}  0,0   0,1   1,0   1,1   right")
    for name, (build, function) in networks.items():
        keras.utils.set_random_seed(1)
        answers = learn(build(), TARGETS[function], epochs)
        right = int(np.sum((answers > 0.5) == np.array(TARGETS[function])))
        print(f"{name:32}" + "".join(f"{answer:6.2f}" for answer in answers) + f"   {right} of 4")


if __name__ == "__main__":
    main()
