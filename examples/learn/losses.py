"""What a loss makes of a mistake: squared error beside cross-entropy, and beside absolute error.

Usage: python examples/learn/losses.py [--steps 30]
"""

import argparse

import keras
import numpy as np
from keras import layers


def surely_wrong(loss: str, steps: int) -> list[float]:
    """The answer, step by step, of a unit that is sure of 0 where 1 is right."""
    start = keras.initializers.Constant(-6.0)
    unit = layers.Dense(1, activation="sigmoid", kernel_initializer=start, use_bias=False)
    network = keras.Sequential([keras.Input((1,)), unit])
    network.compile(optimizer=keras.optimizers.SGD(1.0), loss=loss)
    one = np.ones((1, 1), "float32")
    answers = []
    for _ in range(steps):
        answers.append(float(network.predict_on_batch(one)[0, 0]))
        network.train_on_batch(one, one)
    return answers


def best_constant(loss: str, values: np.ndarray) -> float:
    """The one number that has the least loss for all values, found by gradient descent."""
    number = layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    network = keras.Sequential([keras.Input((1,)), number])
    network.compile(optimizer=keras.optimizers.Adam(0.2), loss=loss)
    ones = np.ones((400 * len(values), 1), "float32")
    network.fit(ones, np.tile(values, 400), batch_size=len(values), shuffle=False, verbose=0)
    return float(network.get_weights()[0][0, 0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=30, help="steps of the sure unit")
    steps = parser.parse_args().steps
    print("Sure of 0, but 1 is right. Its answer after so many steps:")
    shown = [step for step in (0, 1, 3, 5, 10, 20, 29) if step < steps]
    print(f"{'':20}" + "".join(f"{step:8}" for step in shown))
    for loss in ("mean_squared_error", "binary_crossentropy"):
        answers = surely_wrong(loss, steps)
        print(f"{loss:20}" + "".join(f"{answers[step]:8.3f}" for step in shown))

    values = np.array([10, 11, 12, 13, 14, 100], "float32")
    print("\nThe best single forecast for 10, 11, 12, 13, 14 and one outlier, 100:")
    for loss in ("mean_squared_error", "mean_absolute_error"):
        print(f"{loss:20}{best_constant(loss, values):8.1f}")


if __name__ == "__main__":
    main()
