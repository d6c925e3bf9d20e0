"""How long does it remember? The first of many signs is asked for at the end.

Usage: python examples/learn/remember.py [--steps 300] [--lengths 10,50,100]
"""

import argparse

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

UNITS = 16


def sequences(rng: np.random.Generator, count: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Random signs, the first one marked, `(count, length, 2)`; the answer is that first sign."""
    values = np.zeros((count, length, 2), "float32")
    values[:, :, 0] = rng.choice([-1.0, 1.0], (count, length))
    values[:, 0, 1] = 1.0
    return values, (values[:, 0, 0] > 0).astype("float32")


def open_forget_gate(shape, dtype=None):
    """Biases of the gates i, f, c, o: f begins near one, so that nothing is forgotten."""
    units = shape[0] // 4
    return ops.concatenate([ops.zeros(units), 5.0 * ops.ones(units), ops.zeros(2 * units)])


READERS = {
    "SimpleRNN": lambda: layers.SimpleRNN(UNITS),
    "LSTM": lambda: layers.LSTM(UNITS),
    "LSTM, gate open": lambda: layers.LSTM(
        UNITS, bias_initializer=open_forget_gate, unit_forget_bias=False
    ),
}


def reach(network: keras.Model, values: np.ndarray) -> float:
    """How much the first number moves the answer, as a multiple of what the last one does."""
    inputs = tf.constant(values)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        answers = tf.reduce_sum(network(inputs))
    size = tf.reduce_mean(tf.abs(tape.gradient(answers, inputs)), axis=(0, 2)).numpy()
    return float(size[0] / size[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--lengths", default="10,50,100")
    options = parser.parse_args()
    print("length  cell              gradient of first/last   right after training")
    for length in map(int, options.lengths.split(",")):
        for cell, reader in READERS.items():
            keras.utils.set_random_seed(0)
            rng = np.random.default_rng(0)
            network = keras.Sequential([keras.Input((length, 2)), reader(), layers.Dense(1)])
            before = reach(network, sequences(rng, 64, length)[0])
            network.compile(
                keras.optimizers.Adam(0.01, clipnorm=1.0),
                keras.losses.BinaryCrossentropy(from_logits=True),
                metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)],
                steps_per_execution=min(20, options.steps),
            )
            network.fit(*sequences(rng, 64 * options.steps, length), batch_size=64, verbose=0)
            right = network.evaluate(*sequences(rng, 1000, length), batch_size=200, verbose=0)[1]
            print(f"{length:6}  {cell:16}  {before:22.0e}   {right:20.1%}", flush=True)


if __name__ == "__main__":
    main()
