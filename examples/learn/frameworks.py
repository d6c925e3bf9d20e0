"""One step of training three times: Keras, TensorFlow and NumPy come to the same weights.

Usage: python examples/learn/frameworks.py
"""

import keras
import numpy as np
import tensorflow as tf

RATE = 0.1


def by_keras(x: np.ndarray, y: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Keras: say what the network is; `fit` knows the rest."""
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, use_bias=False)])
    network.set_weights([start])
    network.compile(keras.optimizers.SGD(RATE), "mean_squared_error")
    network.fit(x, y, batch_size=len(x), verbose=0)
    return network.get_weights()[0]


def by_tensorflow(x: np.ndarray, y: np.ndarray, start: np.ndarray) -> np.ndarray:
    """TensorFlow: say how the loss comes about; the tape knows the gradient."""
    weights = tf.Variable(start)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((x @ weights - y) ** 2)
    weights.assign_sub(RATE * tape.gradient(loss, weights))
    return weights.numpy()


def by_numpy(x: np.ndarray, y: np.ndarray, start: np.ndarray) -> np.ndarray:
    """NumPy: nobody knows the gradient but us."""
    error = x @ start - y
    return start - RATE * 2 * x.T @ error / len(x)


def main() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((8, 3)).astype("float32")
    y, start = x @ np.ones((3, 1), "float32"), np.zeros((3, 1), "float32")
    print("weights after one step of gradient descent, from zeros:")
    for name, step in {"Keras": by_keras, "TensorFlow": by_tensorflow, "NumPy": by_numpy}.items():
        print(f"  {name:11}" + "".join(f"{value:11.7f}" for value in step(x, y, start)[:, 0]))
    print(f"Keras runs on {keras.backend.backend()} here.")


if __name__ == "__main__":
    main()
