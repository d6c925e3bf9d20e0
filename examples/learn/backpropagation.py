"""Forward and backward through a network of six weights, by hand and by TensorFlow.

Usage: python examples/learn/backpropagation.py
"""

import numpy as np
import tensorflow as tf

X, TARGET = np.array([1.0, 2.0]), 1.0
HIDDEN = np.array([[0.5, -0.3], [0.1, 0.8]])  # from two inputs to two hidden units
OUTPUT = np.array([0.7, -0.6])  # from two hidden units to the answer


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-z))


def by_hand(hidden: np.ndarray, output: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Returns the loss and its gradients, by the chain rule."""
    # Forward: each layer's answer is the next one's input.
    h = sigmoid(X @ hidden)
    y = sigmoid(h @ output)
    loss = 0.5 * (y - TARGET) ** 2
    # Backward: what each step hands on is its own derivative times what it got.
    d_y = y - TARGET
    d_z = d_y * y * (1 - y)
    d_output = d_z * h
    d_h = d_z * output
    d_hidden = np.outer(X, d_h * h * (1 - h))
    return float(loss), d_hidden, d_output


def by_tensorflow(hidden: np.ndarray, output: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    weights = tf.Variable(hidden), tf.Variable(output)
    with tf.GradientTape() as tape:
        h = tf.sigmoid(tf.linalg.matvec(weights[0], X, transpose_a=True))
        y = tf.sigmoid(tf.tensordot(h, weights[1], 1))
        loss = 0.5 * (y - TARGET) ** 2
    gradients = tape.gradient(loss, weights)
    return float(loss), gradients[0].numpy(), gradients[1].numpy()


def main() -> None:
    hidden, output = HIDDEN, OUTPUT
    ours, theirs = by_hand(hidden, output), by_tensorflow(hidden, output)
    np.set_printoptions(precision=5, suppress=True)
    print("gradient of the output weights, by hand:   ", ours[2])
    print("gradient of the output weights, TensorFlow:", theirs[2])
    apart = max(np.abs(ours[i] - theirs[i]).max() for i in (1, 2))
    print(f"largest difference of all six gradients: {apart:.1e}\n")
    for step in range(5):
        loss, d_hidden, d_output = by_hand(hidden, output)
        print(f"step {step}  loss {loss:.4f}")
        hidden, output = hidden - 2.0 * d_hidden, output - 2.0 * d_output


if __name__ == "__main__":
    main()
