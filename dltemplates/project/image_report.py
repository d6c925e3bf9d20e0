"""What an image classifier is worth on images that it was not trained on, measured in one pass."""

from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from dltemplates.data.image_batches import evaluation_batches, largest_batch
from dltemplates.data.image_copies import count_copies
from dltemplates.data.image_data import ImageData, ImageSplit
from dltemplates.evaluation.classification import ClassificationReport, classification_report
from dltemplates.evaluation.image_baseline import linear_baseline, small_pixels
from dltemplates.export.image_classifier import class_names
from dltemplates.project import kept_probabilities

_LEARNED = 5000  # training images that the baseline learns from


@dataclass(frozen=True)
class ImageReport:
    """A finished classifier on one split.

    Attributes:
        split: Its name.
        images: Its images.
        probabilities: `(images, classes)`.
        report: Figures.
        linear_accuracy: Of logistic regression on 8 by 8 pixels.
        learned_from: How many training images that had.
        copies: How many images are training images too, byte for byte; None if that is unknown.
    """

    split: str
    images: ImageSplit
    probabilities: np.ndarray
    report: ClassificationReport
    linear_accuracy: float
    learned_from: int
    copies: int | None

    @property
    def predicted(self) -> np.ndarray:
        return self.probabilities.argmax(axis=1)

    def worst(self, count: int) -> np.ndarray:
        """Indices of wrong answers, the surest first."""
        wrong = np.flatnonzero(self.predicted != self.images.labels)
        true = self.probabilities[wrong, self.images.labels[wrong]]
        return wrong[np.argsort(true - self.probabilities[wrong].max(axis=1))][:count]

    def uncertain(self, count: int) -> np.ndarray:
        """Indices of answers whose two likeliest classes are nearest to each other."""
        top = np.sort(self.probabilities, axis=1)[:, -2:]
        return np.argsort(top[:, 1] - top[:, 0])[:count]

    def sure(self, count: int) -> np.ndarray:
        """Indices of right answers, the surest first, of as many classes as there are."""
        right = self.predicted == self.images.labels
        order = np.argsort(-np.where(right, self.probabilities.max(axis=1), -1.0))
        _, first = np.unique(self.images.labels[order], return_index=True)
        chosen = order[np.sort(first)]
        return chosen[right[chosen]][:count]

    def pixels(self, indices: np.ndarray) -> np.ndarray:
        """uint8 `(indices, size, size, channels)`."""
        if self.images.pixels is not None:
            return self.images.pixels[indices]
        return np.stack([self.images.load(tf.constant(i)).numpy() for i in indices])


def report_on(model: keras.Model, data: ImageData, run: Path | None = None) -> ImageReport | None:
    """Measures a finished model on the test images or, if there are none, those of validation.

    None where nothing was held out.

    Args:
        model: The model.
        data: The data that it was trained on.
        run: The run's folder: what `evaluate` left there is taken for granted.

    Raises:
        DataError: The data have classes that the model does not know.
    """
    names = class_names(model)
    data = data.with_classes(names)
    split = next((name for name in ("test", "validation") if name in data.splits), None)
    images = getattr(data, split) if split else None
    if split is None or images is None:
        return None
    known = None if run is None else kept_probabilities.find(run, images, names)
    answer = tf.function(model)
    probabilities, small = [], []
    for pixels, _ in evaluation_batches(images, len(names), largest_batch(data.size)):
        if known is None:
            probabilities.append(answer(pixels, training=False).numpy())
        small.append(small_pixels(pixels))
    learned = _some_training_images(data)
    linear = linear_baseline(*_features(learned), np.concatenate(small))
    answers = np.concatenate(probabilities) if known is None else known
    return ImageReport(
        split,
        images,
        answers,
        classification_report(images.labels, answers, names),
        float((linear == images.labels).mean()),
        len(learned),
        count_copies(images.encoded, data.splits["train"]),
    )


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
