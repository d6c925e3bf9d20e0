"""A table with a column of times and sensors: a log to be watched."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dltemplates.data.encoded_images import printable
from dltemplates.data.sensor_log import SensorLog
from dltemplates.data.sensor_log_table import assemble_log
from dltemplates.data.series_table import SeriesTable
from dltemplates.inspection.column_roles import (
    anomaly_label,
    constant_columns,
    counters,
    other_marks,
)
from dltemplates.inspection.finding import Finding
from dltemplates.inspection.log_division import division_of
from dltemplates.inspection.words import few, share, step_words

MISSING_LIMIT = 0.2  # of a sensor: the template's default


@dataclass(frozen=True, kw_only=True)
class LogFinding(Finding):
    """A log of sensors.

    Attributes:
        timestamp: The column of times.
        sensors: The columns to watch.
        left_out: Other columns, and why they are none.
        label: The column that says which rows are anomalies; empty: there is none.
        length: Rows of the grid of times.
        frequency: Its step, as pandas writes it.
        first, last: Its ends.
        missing: Share of values that are missing.
        anomalies: Rows labelled as such.
        division: Where training and validation end, if not where the template's shares say.
        events: Runs of such rows.
        logs: How many logs of these columns lie in the folder; 0 where a file was named.
    """

    timestamp: str
    sensors: list[str]
    left_out: dict[str, str]
    label: str
    length: int
    frequency: str
    first: str
    last: str
    missing: float
    anomalies: int
    division: tuple[int, int] | None
    events: int
    logs: int = 0

    def title(self) -> str:
        among = f", one of {self.logs:,} in the folder" if self.logs else ""
        return (
            f"a log of {len(self.sensors):,} sensor{'s' * (len(self.sensors) > 1)}, "
            f"{self.length:,} times, one each {step_words(self.frequency)}{among}"
        )

    def rows(self) -> list[tuple[str, str]]:
        labels = "none"
        if self.label:
            labels = f"{self.label}: {self.anomalies:,} rows in {self.events:,} events"
        left_out = few([f"{name}: {why}" for name, why in self.left_out.items()], 4)
        return [
            ("file", printable(str(self.path))),
            ("times", f"{self.timestamp}, {self.first} to {self.last}"),
            ("sensors", few(self.sensors, 8)),
            *([("left out", left_out)] if left_out else []),
            ("anomalies", labels),
            ("missing", share(self.missing)),
        ]


def read_log(table: SeriesTable, path: Path, timestamp: str, part: float = 1.0) -> LogFinding:
    """Reads the log of a table as training would.

    Raises:
        DataError: Training would refuse it, whatever columns were named.
    """
    label = anomaly_label(table)
    left_out = dict.fromkeys(other_marks(table, label), "marks rows, as a label does")
    others = [name for name in table.columns if name not in (timestamp, label, *left_out)]
    left_out |= {name: "text" for name in others if table.is_text(name)}
    left_out |= counters(table, others)
    sensors = [name for name in others if name not in left_out]
    empty = [name for name in constant_columns(table, sensors) if table.frame[name].isna().all()]
    left_out |= dict.fromkeys(empty, "no value")
    log = _assembled(table, timestamp, label, list(left_out), 1.0)
    gaps = np.isnan(log.series.values).mean(axis=1)
    full = {
        name: f"{share(gap)} of its values are missing"
        for name, gap in zip(log.series.names, gaps, strict=True)
        if gap > MISSING_LIMIT
    }
    if len(full) == len(log.series.names):
        _assembled(table, timestamp, label, list(left_out), MISSING_LIMIT)  # says which and where
    left_out |= full
    kept = [name for name in log.series.names if name not in left_out]
    return _describe(log, path, (timestamp, label), kept, left_out, part)


def _assembled(
    table: SeriesTable, timestamp: str, label: str, ignore: list[str], missing_limit: float
) -> SensorLog:
    return assemble_log(
        table, timestamp=timestamp, label=label, ignore=ignore, missing_limit=missing_limit
    )


def _describe(
    log: SensorLog,
    path: Path,
    columns: tuple[str, str],
    sensors: list[str],
    left_out: dict[str, str],
    part: float,
) -> LogFinding:
    series = log.series
    labels = np.zeros(series.length, "int8") if log.labels is None else log.labels
    watched = replace(log, series=series.take(sensors))
    return LogFinding(
        kind="log",
        path=path,
        timestamp=columns[0],
        sensors=sensors,
        left_out=left_out,
        label=columns[1],
        length=series.length,
        frequency=series.frequency,
        first=str(series.times[0]),
        last=str(series.times[series.length - 1]),
        missing=round(float(np.isnan(series.values).mean()), 4),
        anomalies=int(labels.sum()),
        division=division_of(watched),
        events=int((np.diff(labels, prepend=0) == 1).sum()),
        part=part,
        concerns=tuple(series.repairs),
    )
