"""What anomaly detectors of the same columns are compared by."""

from collections.abc import Mapping

import keras
import numpy as np
from sklearn.metrics import roc_auc_score

from dltemplates.data.sensor_data import SensorData
from dltemplates.data.table_data import TableData
from dltemplates.export.anomaly_detector import detector_window, raw_scores, sensor_names
from dltemplates.project.detector_report import has_test, labels_of, places_of
from dltemplates.project.finetuning import Measured

NEEDS = "there are no test rows with both labels."


def area(
    model: keras.Model,
    data: SensorData | TableData,
    *,
    model_names: Mapping[str, str],
    data_names: Mapping[str, str],
) -> Measured | None:
    """The area under the ROC curve on the test rows; None where labels or columns are wanting.

    It judges the ranking and knows no threshold. The columns may be in another order.

    Args:
        model: A finished detector.
        data: A log or a table.
        model_names: Not used: columns keep their names.
        data_names: Likewise.
    """
    names, window = sensor_names(model), detector_window(model)
    if set(names) != set(data.names) or bool(window) != isinstance(data, SensorData):
        return None
    if not has_test(data) or labels_of(data, "test") is None:
        return None
    places = places_of(data, "test")
    labels = np.asarray(labels_of(data, "test"))
    order = [data.names.index(name) for name in names]
    if isinstance(data, TableData):
        scores = raw_scores(model, data.table.values[places][:, order])
    else:
        whole = places >= window - 1
        places, labels = places[whole], labels[whole]
        rows = range(int(places[0]) - window + 1, int(places[-1]) + 1)
        scores = raw_scores(model, data.values(rows)[:, order])[places - places[0]]
    if len(np.unique(labels)) < 2:
        return None
    return Measured(float(roc_auc_score(labels, scores)))
