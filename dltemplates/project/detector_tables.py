"""What a detector says of a log or a table, as tables and a picture."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset

from dltemplates.data.feature_table import FeatureTable
from dltemplates.data.sensor_log import SensorLog
from dltemplates.errors import DataError
from dltemplates.evaluation.anomaly_events import Event, alarm_events
from dltemplates.evaluation.anomaly_plot import plot_anomalies
from dltemplates.project.detector import Detector, Judgement

_STRONGEST = 3


@dataclass(frozen=True)
class LogTables:
    """A judged log.

    Attributes:
        scores: A row for each of the log from the first whole window on: `time`, `score`, `alarm`,
            and each sensor's share in the error.
        events: A row for each event: `start`, `end`, `rows`, `peak`, `score`, `strongest`.
    """

    scores: pd.DataFrame
    events: pd.DataFrame
    _events: list[Event]
    _names: list[str]
    _rate: float

    def plot(self, path: Path) -> None:
        """Draws scores and events; as PNG."""
        plot_anomalies(
            path,
            pd.DatetimeIndex(self.scores["time"]),
            1.0 - self.scores["score"].to_numpy(),
            self._rate,
            events=self._events,
            strongest=self._names,
        )


def log_tables(detector: Detector, log: SensorLog, merge_gap: int) -> LogTables:
    """Judges a log.

    Args:
        detector: The detector.
        log: With the detector's sensors, in any order.
        merge_gap: See `alarm_events`.

    Raises:
        DataError: A sensor is missing, the step of time is another, or there are too few rows.
    """
    series = log.series
    detector.columns(series.names, series.where)
    if detector.frequency and to_offset(detector.frequency) != to_offset(series.frequency):
        raise DataError(
            f"The frequency is {series.frequency}; the detector was trained on "
            f"{detector.frequency}.",
            where=series.where,
            hint=f"Give rows of the frequency {detector.frequency}, as in training.",
        )
    judged = detector.judge(series.take(detector.names).values.T)
    times = series.times[detector.window - 1 : series.length]
    scores = pd.DataFrame({"time": times, **_columns(detector, judged)})
    events = alarm_events(judged.alarm, judged.score, merge_gap)
    guilty = [strongest(judged, range(event.start, event.stop)) for event in events]
    rows = [
        {
            "start": times[event.start],
            "end": times[event.stop - 1],
            "rows": event.stop - event.start,
            "peak": times[event.peak],
            "score": event.score,
            "strongest": ", ".join(
                f"{detector.names[place]} {share:.0%}" for place, share in shares
            ),
        }
        for event, shares in zip(events, guilty, strict=True)
    ]
    columns = ["start", "end", "rows", "peak", "score", "strongest"]
    return LogTables(
        scores,
        pd.DataFrame(rows, columns=columns),
        events,
        [detector.names[shares[0][0]] for shares in guilty],
        detector.false_alarm_rate,
    )


def row_table(detector: Detector, table: FeatureTable) -> pd.DataFrame:
    """Judges a table: `row`, its number in the file, `score`, `alarm`, and each feature's share.

    Rows are counted from 1 below the line of names. Blank ones count and are not judged, so row `n`
    of a CSV file is its line `n + 1`.

    Raises:
        DataError: A feature is missing.
    """
    places = detector.columns(table.names, table.where)
    judged = detector.judge(table.values[:, places])
    numbers = np.arange(1, len(table) + 1) if table.numbers is None else table.numbers
    return pd.DataFrame({"row": numbers, **_columns(detector, judged)})


def strongest(judged: Judgement, rows: range) -> list[tuple[int, float]]:
    """Which columns have the largest shares in the error of rows that alarm, and their shares."""
    inside = slice(rows.start, rows.stop)
    shares = judged.attribution[inside][judged.alarm[inside]].mean(axis=0)
    order = np.argsort(-shares, kind="stable")[:_STRONGEST]
    return [(int(place), float(shares[place])) for place in order]


def _columns(detector: Detector, judged: Judgement) -> dict[str, np.ndarray]:
    shares = {
        f"share of {name}": judged.attribution[:, place].round(4)
        for place, name in enumerate(detector.names)
    }
    return {"score": judged.score, "alarm": judged.alarm, **shares}
