"""Where training on a log with labels has to end, so that it is normal up to there."""

import numpy as np

from dltemplates.data.sensor_data import SensorData
from dltemplates.data.sensor_log import SensorLog
from dltemplates.errors import DataError

_TRAINING = 0.75  # of the rows before the first anomaly, as in SKAB's protocol


def division_of(log: SensorLog) -> tuple[int, int] | None:
    """The ends of training and validation; None where the template's shares of the rows will do.

    Raises:
        DataError: Too few normal rows come first, or are there at all.
    """
    try:
        SensorData(log)
    except DataError:
        if log.labels is None or not log.labels.any():
            raise
        first = int(np.argmax(log.labels))
        end = round(_TRAINING * first)
        if not end:
            raise
        try:
            SensorData(log, train_end=end, validation_end=first)
        except DataError:
            raise DataError(
                f"Anomalies are labelled too early: only {first:,} rows come before the first of "
                "them, and later parts have too few normal rows to train on.",
                where=log.series.where,
                hint="Give a log that begins with more normal rows.",
            ) from None
        return end, first
    return None
