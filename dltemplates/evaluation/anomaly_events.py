"""Alarms as events, and what they found."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Event:
    """Alarms that lie together.

    Attributes:
        start: First row with an alarm.
        stop: The row after the last one.
        peak: Row of the largest score among those that alarm.
        score: That score.
    """

    start: int
    stop: int
    peak: int
    score: float


@dataclass(frozen=True)
class EventMetrics:
    """What alarms found, and what they cried without cause; rows are never adjusted.

    Attributes:
        events: Number of labelled events.
        found: How many of them have at least one alarm within.
        delays: Rows from the start of each event to its first alarm; None where it has none.
        false_alarm_rate: Share of normal rows that alarm; None where no row is normal.
        false_events: Number of merged alarms that touch no labelled row.
    """

    events: int
    found: int
    delays: list[int | None]
    false_alarm_rate: float | None
    false_events: int

    @property
    def recall(self) -> float | None:
        """Share of events found; None where there are none."""
        return self.found / self.events if self.events else None

    @property
    def median_delay(self) -> float | None:
        """Of the events found, in rows; None where none is."""
        delays = [delay for delay in self.delays if delay is not None]
        return float(np.median(delays)) if delays else None


def alarm_events(alarms: np.ndarray, scores: np.ndarray, gap: int = 0) -> list[Event]:
    """Merges alarms into events.

    Args:
        alarms: Whether each row alarms, `(rows,)`.
        scores: Larger is stranger, `(rows,)`.
        gap: At most so many rows without an alarm lie within an event.
    """
    alarms = np.asarray(alarms, bool)
    strength = np.where(alarms, scores, -np.inf)
    events = []
    for span in spans(alarms, gap):
        peak = span.start + int(strength[span.start : span.stop].argmax())
        events.append(Event(span.start, span.stop, peak, float(scores[peak])))
    return events


def spans(marked: np.ndarray, gap: int = 0) -> list[range]:
    """Runs of marked rows, as ranges; those at most `gap` unmarked rows apart are one."""
    rows = np.flatnonzero(marked)
    if not len(rows):
        return []
    breaks = np.flatnonzero(np.diff(rows) > gap + 1)
    starts = rows[np.concatenate([[0], breaks + 1])]
    stops = rows[np.concatenate([breaks, [len(rows) - 1]])] + 1
    return [range(start, stop) for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]


def event_metrics(
    labels: np.ndarray, alarms: np.ndarray, gap: int = 0, events: Sequence[range] | None = None
) -> EventMetrics:
    """Compares alarms with labels.

    An alarm that began before an event and lasts into it finds it at once. One after its end is
    false, also where the window still reaches back into it.

    Args:
        labels: 1 for anomalous rows, `(rows,)`.
        alarms: Whether each row alarms, `(rows,)`.
        gap: See `alarm_events`.
        events: The labelled events; None for each run of anomalous rows.
    """
    anomalous, alarms = np.asarray(labels) != 0, np.asarray(alarms, bool)
    delays: list[int | None] = []
    for event in spans(anomalous) if events is None else events:
        inside = np.flatnonzero(alarms[event.start : event.stop])
        delays.append(int(inside[0]) if len(inside) else None)
    normal = alarms[~anomalous]
    false = sum(not anomalous[span.start : span.stop].any() for span in spans(alarms, gap))
    return EventMetrics(
        events=len(delays),
        found=sum(delay is not None for delay in delays),
        delays=delays,
        false_alarm_rate=float(normal.mean()) if len(normal) else None,
        false_events=int(false),
    )
