"""What text classifiers with different classes are compared by."""

from collections.abc import Mapping

import keras
import numpy as np

from dltemplates.data.text_data import TextData
from dltemplates.errors import ExportError
from dltemplates.project.finetuning import Measured
from dltemplates.project.text_parts import BOTH, TextParts


def accuracy(
    model: keras.Model,
    data: TextData,
    *,
    model_names: Mapping[str, str],
    data_names: Mapping[str, str],
) -> Measured | None:
    """The share of test texts, or else of validation, of which every class is right.

    A text of a class that the model does not know is answered wrongly.

    Args:
        model: A finished classifier. Of what pre-training left there is nothing to measure.
        data: Texts.
        model_names: New names of the model's classes by old ones.
        data_names: New names of the data's classes by old ones.
    """
    split = next((name for name in ("test", "validation") if name in data.splits), None)
    try:
        parts = TextParts(model)
    except ExportError:
        return None
    if split is None or parts.multi_label != data.multi_label:
        return None
    texts = data.splits[split]
    logits = parts.logits(texts.texts)[BOTH]
    answers = np.array([model_names.get(name, name) for name in parts.names], object)
    classes = np.array([data_names.get(name, name) for name in data.class_names], object)
    if data.multi_label:
        truth = [set(classes[row > 0]) for row in texts.labels]
        found = [set(answers[row >= 0.0]) for row in logits]
        right = np.array([each == other for each, other in zip(truth, found, strict=True)], float)
    else:
        right = (answers[logits.argmax(axis=1)] == classes[texts.labels]).astype("float64")
    return Measured(float(right.mean()), right)
