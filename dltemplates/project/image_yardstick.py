"""What image classifiers with different classes are compared by."""

from collections.abc import Mapping

import keras
import numpy as np

from dltemplates.data.image_batches import evaluation_batches, largest_batch
from dltemplates.data.image_data import ImageData
from dltemplates.export.image_classifier import class_names
from dltemplates.project.finetuning import Measured


def accuracy(
    model: keras.Model,
    data: ImageData,
    *,
    model_names: Mapping[str, str],
    data_names: Mapping[str, str],
) -> Measured | None:
    """The share of test images, or else of validation, that are named right.

    An image of a class that the model does not know is named wrong.

    Args:
        model: A finished classifier.
        data: Images.
        model_names: New names of the model's classes by old ones.
        data_names: New names of the data's classes by old ones.
    """
    split = next((name for name in ("test", "validation") if name in data.splits), None)
    images = None if split is None else getattr(data, split)
    if images is None:
        return None
    known = class_names(model)
    batches = evaluation_batches(images, len(data.class_names), largest_batch(data.size))
    predicted = model.predict(batches, verbose=0).argmax(axis=1)
    answers = np.array([model_names.get(name, name) for name in known])[predicted]
    truth = np.array([data_names.get(name, name) for name in data.class_names])[images.labels]
    right = (answers == truth).astype("float64")
    return Measured(float(right.mean()), right)
