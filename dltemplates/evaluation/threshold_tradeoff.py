"""What other thresholds of an anomaly detector would find, and what they would cry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dltemplates.evaluation.anomaly_events import event_metrics, spans
from dltemplates.evaluation.normal_scores import NormalScores

_COARSEST = 0.2
_A_DECADE = 8  # rates


@dataclass(frozen=True)
class ThresholdPoint:
    """One threshold on the test rows. What cannot be told is None.

    Attributes:
        rate: The false-alarm rate that it is set for.
        alarm_share: Share of all rows that alarm.
        alarms_per_day: Merged alarms in a day of rows, with cause or without; None for tables.
        false_alarm_rate: Share of normal rows that alarm.
        false_alarms_per_day: Merged alarms without an anomalous row, in a day of normal rows.
        recall: Share of labelled events with an alarm within; of anomalous rows in a table.
    """

    rate: float
    alarm_share: float
    alarms_per_day: float | None
    false_alarm_rate: float | None
    false_alarms_per_day: float | None
    recall: float | None


def threshold_tradeoff(
    normal: NormalScores,
    raw: np.ndarray,
    labels: np.ndarray | None,
    rates: Sequence[float],
    *,
    rows_per_day: float | None = None,
    merge_gap: int = 0,
) -> list[ThresholdPoint]:
    """What each rate would give.

    Args:
        normal: What thresholds are set by.
        raw: Raw scores of the test rows, `(rows,)`, in the order of time where there is one.
        labels: 1 for anomalous test rows; None where there are none.
        rates: False-alarm rates.
        rows_per_day: Rows of a day; None for a table, whose rows are no series.
        merge_gap: See `dltemplates.evaluation.anomaly_events.alarm_events`.
    """
    rarity = normal.tail_probability(raw)
    anomalous = None if labels is None else np.asarray(labels) != 0
    events = None
    if anomalous is not None and rows_per_day is None:
        events = [range(row, row + 1) for row in np.flatnonzero(anomalous).tolist()]
    points = []
    for rate in rates:
        alarms = rarity <= rate
        a_day = false_a_day = None
        if rows_per_day is not None:
            a_day = len(spans(alarms, merge_gap)) / (len(alarms) / rows_per_day)
        found = None
        if anomalous is not None:
            found = event_metrics(anomalous, alarms, merge_gap, events)
            if rows_per_day is not None and not anomalous.all():
                false_a_day = found.false_events / ((~anomalous).sum() / rows_per_day)
        points.append(
            ThresholdPoint(
                rate,
                float(alarms.mean()),
                a_day,
                found.false_alarm_rate if found else None,
                None if false_a_day is None else float(false_a_day),
                found.recall if found else None,
            )
        )
    return points


def usual_rates(finest: float, also: float) -> list[float]:
    """Rates from `finest` to one row in five, evenly spread as powers, and one more."""
    low, high = np.log10(finest), np.log10(_COARSEST)
    count = max(2, round((high - low) * _A_DECADE) + 1)
    further = (max(rate, finest) for rate in np.logspace(low, high, count)[1:].tolist())
    return sorted(rate for rate in {finest, *further, also} if rate < 1.0)
