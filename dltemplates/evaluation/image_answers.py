"""What a classifier answers to images, and a baseline beside it."""

from dataclasses import dataclass, replace

import keras
import numpy as np
import tensorflow as tf

from dltemplates.data.image_batches import evaluation_batches, largest_batch
from dltemplates.data.image_data import ImageData, ImageSplit
from dltemplates.evaluation.image_baseline import linear_baseline, small_pixels

_LEARNED = 5000  # training images that the baseline learns from


@dataclass(frozen=True)
class ImageAnswers:
    """Answers to the images of one split.

    Attributes:
        probabilities: Of the classifier, `(images, classes)`.
        linear: Class indices by logistic regression on 8 by 8 pixels, `(images,)`.
        learned_from: How many training images that had.
    """

    probabilities: np.ndarray
    linear: np.ndarray
    learned_from: int


def image_answers(model: keras.Model, data: ImageData, images: ImageSplit) -> ImageAnswers:
    """Asks both, in one pass over the images.

    Args:
        model: A finished model of as many classes as `data` has.
        data: The data that it was trained on.
        images: The images to ask about.
    """
    answer = tf.function(model, reduce_retracing=True)
    probabilities, small = [], []
    batches = evaluation_batches(images, len(data.class_names), largest_batch(data.size))
    for pixels, _ in batches:
        probabilities.append(answer(pixels, training=False).numpy())
        small.append(small_pixels(pixels))
    learned = _some_training_images(data)
    linear = linear_baseline(*_features(learned), np.concatenate(small))
    return ImageAnswers(np.concatenate(probabilities), linear, len(learned))


def _some_training_images(data: ImageData) -> ImageSplit:
    """Every n-th training image of each class, so that all of them need not be decoded."""
    encoded = data.splits["train"]
    order = np.argsort(encoded.labels, kind="stable")
    chosen = order[:: max(1, -(-len(encoded) // _LEARNED))]
    _, first = np.unique(encoded.labels, return_index=True)
    chosen = np.union1d(chosen, first)  # at least one of each class
    return replace(data, splits={"train": encoded.take(chosen)}, cache=True, skipped={}).train


def _features(images: ImageSplit) -> tuple[np.ndarray, np.ndarray]:
    pixels = images.sample(len(images))  # all of them
    parts = [small_pixels(pixels[i : i + 512]) for i in range(0, len(pixels), 512)]
    return np.concatenate(parts), images.labels
