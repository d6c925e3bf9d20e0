"""Held-out images that exports are measured on."""

import keras

from dltemplates.data.image_data import ImageData
from dltemplates.export.image_classifier import PIXELS, class_names
from dltemplates.project.measured_items import MeasuredItems, evenly

_MOST = 10_000
_BYTES = 512 * 2**20  # of all items


def measured_images(model: keras.Model, data: ImageData) -> MeasuredItems:
    """Images of the test split at the network's size, and accuracy."""
    data = data.with_classes(class_names(model))
    split = data.test
    most = min(_MOST, _BYTES // (4 * data.size**2 * data.channels))
    pixels = split.sample(most).astype("float32")
    right = split.labels[evenly(len(split), most)]
    inputs = {PIXELS: pixels}
    return MeasuredItems(
        inputs,
        (PIXELS, inputs),
        "accuracy",
        lambda answer: float((answer["probabilities"].argmax(axis=1) == right).mean()),
    )
