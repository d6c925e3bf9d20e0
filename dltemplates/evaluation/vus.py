"""How well scores find events in time, for every threshold and every tolerance at their borders."""

import numpy as np

from dltemplates.evaluation.anomaly_events import spans

THRESHOLDS = 250


def vus_pr(
    labels: np.ndarray, scores: np.ndarray, buffer: int, thresholds: int = THRESHOLDS
) -> float:
    """The volume under the surface of precision and recall, over thresholds and buffers.

    A label fades out over half a buffer to either side of an event, so that an alarm shortly before
    or after it still counts, the less the further off. For each buffer from 0 to `buffer` rows
    there is one average precision; this is their mean. Recall is multiplied by the share of events
    that have an alarm.

    The definition is that of the authors' own code, version 0.0.6, which their benchmark TSB-AD has
    too: a faded label that no alarm meets does not count as missed, and precision is summed in
    steps. Their code of before November 2024 had neither, and gives other numbers. TSB-AD calls it
    with a buffer of twice its sliding window.

    Args:
        labels: 1 for anomalous rows, 0 for normal ones, `(rows,)`; some of either.
        scores: Larger is stranger, `(rows,)`.
        buffer: The widest buffer, in rows.
        thresholds: Number of thresholds, evenly chosen among the sorted scores.

    Raises:
        ValueError: The labels are all alike, the shapes differ, or a score is no number.

    Reference:
        Paparrizos et al., 2022, "Volume Under the Surface: A New Accuracy Evaluation Measure for
        Time-Series Anomaly Detection" (https://doi.org/10.14778/3551793.3551830).
    """
    recall, _, precision = _surfaces(labels, scores, buffer, thresholds)
    steps = np.diff(recall, axis=1, prepend=0.0)
    return float((steps * precision).sum(axis=1).mean())


def vus_roc(
    labels: np.ndarray, scores: np.ndarray, buffer: int, thresholds: int = THRESHOLDS
) -> float:
    """The volume under the surface of true and false positives; see `vus_pr`."""
    recall, fallout, _ = _surfaces(labels, scores, buffer, thresholds)
    heights = np.diff(recall, axis=1, prepend=0.0, append=1.0) / 2
    heights += np.pad(recall, ((0, 0), (1, 0)))  # halfway between neighbouring recalls
    widths = np.diff(fallout, axis=1, prepend=0.0, append=1.0)
    return float((heights * widths).sum(axis=1).mean())


def _surfaces(
    labels: np.ndarray, scores: np.ndarray, buffer: int, thresholds: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Recall, share of false positives and precision, `(buffer + 1, thresholds)` each."""
    anomalous = np.asarray(labels) != 0
    scores = np.asarray(scores, "float64")
    _check(anomalous, scores)
    events = spans(anomalous)
    # The first threshold, from the highest down, at which each row alarms.
    chosen = np.linspace(0, len(scores) - 1, thresholds).astype("int64")
    limits = np.sort(scores)[::-1][chosen]
    first = np.searchsorted(-limits, -scores, side="left")
    alarms = _running(first, np.ones(len(scores)), thresholds)
    hits = _running(first[anomalous], np.ones(anomalous.sum()), thresholds)
    recall, fallout, precision = (np.empty((buffer + 1, thresholds)) for _ in range(3))
    for width in range(buffer + 1):
        weights = np.where(anomalous, 0.0, _faded(anomalous, events, width))
        near = np.flatnonzero(weights)
        met = _running(first[near], weights[near], thresholds)
        positives = anomalous.sum() + met / 2
        true = hits + met
        share = np.minimum(true / positives, 1.0)
        recall[width] = share * _existence(first, events, width, thresholds)
        fallout[width] = (alarms - true) / (len(scores) - positives)
        precision[width] = true / alarms
    return recall, fallout, precision


def _running(first: np.ndarray, weights: np.ndarray, thresholds: int) -> np.ndarray:
    """The weights of the rows that alarm at each threshold, added up."""
    return np.bincount(first, weights, thresholds + 1)[:thresholds].cumsum()


def _faded(anomalous: np.ndarray, events: list[range], width: int) -> np.ndarray:
    """The continuous label: from 1 at an event down to the root of a half at half the width."""
    label = anomalous.astype("float64")
    half = width // 2
    if not half:
        return label
    slope = np.sqrt(1.0 - np.arange(1, half + 1) / width)
    for event in events:
        after = min(half, len(label) - event.stop)
        label[event.stop : event.stop + after] += slope[:after]
        before = min(half, event.start)
        label[event.start - before : event.start] += slope[:before][::-1]
    return np.minimum(label, 1.0)


def _existence(first: np.ndarray, events: list[range], width: int, thresholds: int) -> np.ndarray:
    """The share of events with an alarm at each threshold; those whose buffers meet are one."""
    half = width // 2
    areas: list[list[int]] = []
    for event in events:
        start, stop = max(event.start - half, 0), event.stop + half
        if areas and start < areas[-1][1]:
            areas[-1][1] = stop
        else:
            areas.append([start, stop])
    earliest = np.array([first[start:stop].min() for start, stop in areas])
    return _running(earliest, np.ones(len(areas)), thresholds) / len(areas)


def _check(anomalous: np.ndarray, scores: np.ndarray) -> None:
    if anomalous.ndim != 1 or anomalous.shape != scores.shape:
        raise ValueError(
            f"Expected labels and scores of one shape (rows,), received {anomalous.shape} and "
            f"{scores.shape}."
        )
    if not 0 < anomalous.sum() < len(anomalous):
        raise ValueError("Expected labels of both kinds, received only one.")
    if not np.isfinite(scores).all():
        raise ValueError("Expected finite scores.")
