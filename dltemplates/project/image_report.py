"""What an image classifier is worth on images that it was not trained on, measured in one pass."""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from dltemplates.data.image_copies import count_copies
from dltemplates.data.image_data import ImageData, ImageSplit
from dltemplates.errors import DataError
from dltemplates.evaluation.classification import ClassificationReport, classification_report
from dltemplates.evaluation.image_answers import ImageAnswers, image_answers
from dltemplates.export.image_classifier import class_names
from dltemplates.project import kept_answers


@dataclass(frozen=True)
class ImageReport:
    """A finished classifier on one split.

    Attributes:
        split: Its name.
        images: Its images.
        answers: What it answered to them.
        report: Figures.
        copies: How many images are training images too, byte for byte; None if that is unknown.
    """

    split: str
    images: ImageSplit
    answers: ImageAnswers
    report: ClassificationReport
    copies: int | None

    @property
    def probabilities(self) -> np.ndarray:
        """`(images, classes)`."""
        return self.answers.probabilities

    @property
    def linear_accuracy(self) -> float:
        """Of logistic regression on 8 by 8 pixels."""
        return float((self.answers.linear == self.images.labels).mean())

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


def held_out(data: ImageData) -> str | None:
    """The split to measure on: test or, if there is none, validation; None without either."""
    return next((name for name in ("test", "validation") if name in data.splits), None)


def report_on(
    model: keras.Model, data: ImageData, split: str, run: Path | None = None
) -> ImageReport:
    """Measures a finished model on a split.

    Args:
        model: The model.
        data: The data that it was trained on.
        split: `train`, `validation` or `test`.
        run: The run's folder: what `evaluate` left there is taken for granted.

    Raises:
        DataError: There is no such split, or the data have classes that the model does not know.
    """
    if split not in data.splits:
        raise DataError(f"There is no {split} split.", hint="Choose another with --split.")
    names = class_names(model)
    data = data.with_classes(names)
    images: ImageSplit = getattr(data, split)
    answers = None if run is None else kept_answers.find(run, images, names)
    if answers is None:
        answers = image_answers(model, data, images)
    return ImageReport(
        split,
        images,
        answers,
        classification_report(images.labels, answers.probabilities, names),
        count_copies(images.encoded, data.splits["train"]) if split != "train" else None,
    )
