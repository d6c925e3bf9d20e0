"""Held-out rows, of a log or a table, that exports are measured on."""

import keras
import numpy as np
from sklearn.metrics import roc_auc_score

from dltemplates.data.sensor_data import SensorData
from dltemplates.data.table_data import TableData
from dltemplates.errors import DataError
from dltemplates.export.portable_model import VALUES
from dltemplates.project.detector_report import has_test, labels_of, places_of
from dltemplates.project.measured_items import MeasuredItems, evenly

_MOST = 10_000


def measured_rows(model: keras.Model, data: SensorData | TableData) -> MeasuredItems:
    """Windows or rows of the test split, and the area under the ROC curve if there are labels."""
    if not has_test(data):
        raise DataError("There are no test rows.", hint="Leave rows for the test split.")
    places = places_of(data, "test")
    labels = labels_of(data, "test")
    chosen = evenly(len(places), _MOST)
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
