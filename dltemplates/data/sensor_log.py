"""A log of several sensors, with what is known of its anomalies."""

from dataclasses import dataclass

import numpy as np

from dltemplates.data.time_series import TimeSeries


@dataclass(frozen=True)
class SensorLog:
    """Sensors that were measured together.

    Attributes:
        series: The sensors, a series each, on one regular grid of times; NaN is a missing value.
        labels: int8, `(length,)`: 1 where a row is known to be an anomaly, else 0; None where
            nothing is known.
        timed: Whether the times were measured; without, rows only follow each other.
    """

    series: TimeSeries
    labels: np.ndarray | None = None
    timed: bool = True

    @property
    def rows_per_day(self) -> float | None:
        """Rows of the grid in a day, on average where months or working days are its step.

        None where times were not measured.
        """
        if not self.timed:
            return None
        times = self.series.times[: self.series.length]
        days = (times[-1] - times[0]).total_seconds() / 86_400
        return (len(times) - 1) / days
