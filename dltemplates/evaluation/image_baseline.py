"""What pixels alone tell: a linear classifier of small images."""

import warnings

import numpy as np
import tensorflow as tf
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SIDE = 8


def small_pixels(pixels: tf.Tensor) -> np.ndarray:
    """Images brought to 8 by 8 pixels: float32 `(count, 8 * 8 * channels)`."""
    small = tf.image.resize(tf.cast(pixels, tf.float32), (SIDE, SIDE), method="area").numpy()
    return small.reshape(len(small), -1)


def linear_baseline(features: np.ndarray, labels: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Class indices for `asked` by logistic regression on `features`; both as `small_pixels`."""
    linear = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=60))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # near enough, for a yardstick
        return linear.fit(features, labels).predict(asked)
