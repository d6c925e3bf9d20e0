"""Held-out items that exports of all formats are measured on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import keras
import numpy as np
from sklearn.metrics import roc_auc_score

from dltemplates.data.forecast_data import ForecastData
from dltemplates.data.image_data import ImageData
from dltemplates.data.sensor_data import SensorData
from dltemplates.data.table_data import TableData
from dltemplates.data.text_data import TextData
from dltemplates.errors import DataError
from dltemplates.export import image_classifier, text_classifier
from dltemplates.export.forecaster import raw_window
from dltemplates.export.image_classifier import PIXELS
from dltemplates.export.portable_model import VALUES
from dltemplates.export.runtime import Call
from dltemplates.export.text_classifier import (
    TEXT,
    THRESHOLD,
    TOKENS,
    is_multi_label,
    sample_tokens,
    subword_encoder,
)
from dltemplates.project.detector_report import has_test, labels_of, places_of

Answer = Mapping[str, np.ndarray]
_MOST = 10_000
_BYTES = 512 * 2**20  # of all items
_MOST_WINDOWS = 1_000


@dataclass(frozen=True)
class MeasuredItems:
    """Items of the test split, and what is said of answers to them.

    Attributes:
        portable: The inputs of a portable model by name, an item a row.
        served: A signature of the SavedModel and its inputs, likewise.
        measure: What `score` tells; empty where there is nothing to tell.
        score: From the outputs for all items to the measure.
    """

    portable: Mapping[str, np.ndarray]
    served: Call
    measure: str = ""
    score: Callable[[Answer], float] | None = None


def measured_images(model: keras.Model, data: ImageData) -> MeasuredItems:
    """Images of the test split at the network's size, and accuracy."""
    data = data.with_classes(image_classifier.class_names(model))
    split = data.test
    most = min(_MOST, _BYTES // (4 * data.size**2 * data.channels))
    pixels = split.sample(most).astype("float32")
    right = split.labels[_evenly(len(split), most)]
    inputs = {PIXELS: pixels}
    return MeasuredItems(
        inputs,
        (PIXELS, inputs),
        "accuracy",
        lambda answer: float((answer["probabilities"].argmax(axis=1) == right).mean()),
    )


def measured_texts(model: keras.Model, data: TextData) -> MeasuredItems:
    """Texts of the test split, and the share of which every class is right."""
    several = is_multi_label(model)
    if several != data.multi_label:
        raise DataError(
            "Only one of the data and the run allows several classes a text.",
            hint="Set data.label_separator as it was when the run was trained.",
        )
    data = data.with_classes(text_classifier.class_names(model))
    split = data.splits.get("test")
    if split is None:
        raise DataError("There is no test split.", hint="Set data.test_fraction above 0.")
    chosen = _evenly(len(split.texts), _MOST)
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


def measured_windows(model: keras.Model, data: ForecastData) -> MeasuredItems:
    """Windows of the test split, and the mean squared error in units of the data's scale."""
    if not data.splits["test"]:
        raise DataError("There are no test rows.", hint="Leave rows for the test split.")
    origins = data.origins("test")
    chosen = np.asarray(origins)[_evenly(len(origins), _MOST_WINDOWS)]
    windows = [raw_window(data.series, data.lookback, data.horizon, int(each)) for each in chosen]
    inputs = {name: np.concatenate([each[name] for each in windows]) for name in windows[0]}
    truth = np.stack([data.series.values[:, o : o + data.horizon].T for o in chosen])

    def error(answer: Answer) -> float:
        return float(np.nanmean(np.square((answer["forecast"] - truth) / data.scale)))

    return MeasuredItems(inputs, ("serving_default", inputs), "MSE, scaled", error)


def measured_rows(model: keras.Model, data: SensorData | TableData) -> MeasuredItems:
    """Windows or rows of the test split, and the area under the ROC curve if there are labels."""
    if not has_test(data):
        raise DataError("There are no test rows.", hint="Leave rows for the test split.")
    places = places_of(data, "test")
    labels = labels_of(data, "test")
    chosen = _evenly(len(places), _MOST)
    if isinstance(data, TableData):
        values = data.table.values[places[chosen]]
    else:
        values = np.stack(
            [data.values(range(end - data.window + 1, end + 1)) for end in places[chosen]]
        )
    inputs = {VALUES: np.asarray(values, "float32")}
    if labels is None or len(np.unique(labels[chosen])) < 2:
        return MeasuredItems(inputs, ("serving_default", inputs))
    known = labels[chosen]
    return MeasuredItems(
        inputs,
        ("serving_default", inputs),
        "area under the ROC curve",
        lambda answer: float(roc_auc_score(known, answer["score"].reshape(len(known)))),
    )


def _evenly(count: int, most: int) -> np.ndarray:
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype("int64"))
