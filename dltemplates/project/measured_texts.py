"""Held-out texts that exports are measured on."""

import keras
import numpy as np

from dltemplates.data.text_data import TextData
from dltemplates.errors import DataError
from dltemplates.export.text_classifier import (
    TEXT,
    THRESHOLD,
    TOKENS,
    class_names,
    is_multi_label,
    sample_tokens,
    subword_encoder,
)
from dltemplates.project.measured_items import Answer, MeasuredItems, evenly

_MOST = 10_000


def measured_texts(model: keras.Model, data: TextData) -> MeasuredItems:
    """Texts of the test split, and the share of which every class is right."""
    several = is_multi_label(model)
    if several != data.multi_label:
        raise DataError(
            "Only one of the data and the run allows several classes a text.",
            hint="Set data.label_separator as it was when the run was trained.",
        )
    data = data.with_classes(class_names(model))
    split = data.splits.get("test")
    if split is None:
        raise DataError("There is no test split.", hint="Set data.test_fraction above 0.")
    chosen = evenly(len(split.texts), _MOST)
    texts = [split.texts[place].encode() for place in chosen]
    labels = np.asarray(split.labels)[chosen]
    longest = model.get_layer("first_tokens").length
    tokens = sample_tokens(model, texts)[:, :longest]
    tokens = np.pad(tokens, ((0, 0), (0, longest - tokens.shape[1])))

    def accuracy(answer: Answer) -> float:
        found = answer["probabilities"]
        if several:
            return float(((found >= THRESHOLD) == (labels > 0)).all(axis=1).mean())
        return float((found.argmax(axis=1) == labels).mean())

    strings = {TEXT: np.array([*texts, None], object)[:-1]}
    served = {TOKENS: tokens} if subword_encoder(model) is not None else strings
    return MeasuredItems({TOKENS: tokens}, ("serving_default", served), "accuracy", accuracy)
