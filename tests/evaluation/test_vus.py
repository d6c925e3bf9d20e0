import time

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from dltemplates.evaluation.vus import vus_pr, vus_roc


def slowly(labels, scores, buffer, thresholds=250):
    """Both volumes by the definition, one row, threshold and buffer at a time."""
    rows = range(len(labels))
    descending = sorted(scores, reverse=True)
    limits = [descending[int(i)] for i in np.linspace(0, len(labels) - 1, thresholds)]
    areas_pr, areas_roc = [], []
    for width in range(buffer + 1):
        faded = [fade(labels, row, width) for row in rows]
        groups = joined(labels, width // 2)
        recalls, fallouts, precisions = [0.0], [0.0], []
        for limit in limits:
            alarms = [score >= limit for score in scores]
            # A faded label counts only where there is an alarm; an event's own rows always do.
            label = [1.0 if labels[r] else faded[r] * alarms[r] for r in rows]
            true = sum(label[r] for r in rows if alarms[r])
            positives = (sum(labels) + sum(label)) / 2
            found = sum(any(alarms[r] for r in group) for group in groups) / len(groups)
            recalls.append(min(true / positives, 1.0) * found)
            fallouts.append((sum(alarms) - true) / (len(labels) - positives))
            precisions.append(true / sum(alarms))
        areas_pr.append(sum(np.diff(recalls) * precisions))
        recalls.append(1.0)
        fallouts.append(1.0)
        areas_roc.append(
            sum(
                (fallouts[i + 1] - fallouts[i]) * (recalls[i + 1] + recalls[i]) / 2
                for i in range(len(recalls) - 1)
            )
        )
    return np.mean(areas_pr), np.mean(areas_roc)


def fade(labels, row, width):
    """1 within an event; outside, the sum over the events within half a width, at most 1."""
    if labels[row]:
        return 1.0
    total = 0.0
    for distance in range(1, width // 2 + 1):
        before, after = row - distance, row + distance
        if before >= 0 and labels[before] and not labels[before + 1]:
            total += (1 - distance / width) ** 0.5
        if after < len(labels) and labels[after] and not labels[after - 1]:
            total += (1 - distance / width) ** 0.5
    return min(total, 1.0)


def joined(labels, half):
    """The rows of each event with its buffers; events whose buffers share a row are one."""
    near = [any(labels[max(r - half, 0) : r + half + 1]) for r in range(len(labels))]
    groups, last = [], None
    for row, inside in enumerate(near):
        if not inside:
            last = None
            continue
        # Buffers that only touch: the nearest event changes without any row in both.
        event = next(r for d in range(half + 1) for r in (row - d, row + d) if at(labels, r))
        event = first_row(labels, event)
        if last is None or (event != last and not shares(labels, last, event, half)):
            groups.append([])
        groups[-1].append(row)
        last = event
    return groups


def at(labels, row):
    return 0 <= row < len(labels) and labels[row]


def first_row(labels, row):
    while row > 0 and labels[row - 1]:
        row -= 1
    return row


def shares(labels, one, other, half):
    end = one
    while labels[end + 1]:
        end += 1
    return end + half >= other - half


CASES = {
    "two events": ([(20, 26), (60, 61)], 12),
    "at both borders": ([(0, 4), (95, 100)], 9),
    "buffers that overlap": ([(20, 24), (30, 33), (50, 53)], 16),
    "buffers that touch": ([(20, 24), (30, 33)], 6),
    "no buffer": ([(40, 50)], 0),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("ties", [False, True])
def test_equals_the_definition(rng, case, ties):
    events, buffer = CASES[case]
    labels = np.zeros(100, int)
    for start, stop in events:
        labels[start:stop] = 1
    scores = rng.normal(size=100) + labels
    scores = scores.round() if ties else scores
    pr, roc = slowly(labels.tolist(), scores.tolist(), buffer, 40)
    assert vus_pr(labels, scores, buffer, 40) == pytest.approx(pr, abs=1e-12)
    assert vus_roc(labels, scores, buffer, 40) == pytest.approx(roc, abs=1e-12)


def test_without_a_buffer_one_event_gives_the_usual_areas(rng):
    """With a threshold at every score; the existence factor is 1 from the first hit on."""
    labels = np.zeros(200, int)
    labels[80:120] = 1
    scores = rng.normal(size=200) + labels
    assert vus_pr(labels, scores, 0, 200) == pytest.approx(average_precision_score(labels, scores))
    assert vus_roc(labels, scores, 0, 200) == pytest.approx(roc_auc_score(labels, scores))


def test_an_alarm_beside_an_event_is_worth_more_than_one_elsewhere():
    labels = np.zeros(1_000, int)
    labels[500:520] = 1
    near, far = np.zeros(1_000), np.zeros(1_000)
    near[490:510], far[100:120] = 1.0, 1.0
    far[500:510] = near[500:510]
    far[110:120] = 0.0
    assert average_precision_score(labels, near) == average_precision_score(labels, far)
    assert vus_pr(labels, near, 40) > vus_pr(labels, far, 40) + 0.05


def test_only_the_order_of_scores_counts(rng):
    labels = np.zeros(300, int)
    labels[100:110] = 1
    scores = rng.normal(size=300)
    assert vus_pr(labels, scores, 10) == vus_pr(labels, np.exp(scores), 10)


def test_is_fast(rng):
    labels = np.zeros(4_000, int)
    labels[::400] = 1
    start = time.process_time()
    vus_pr(labels, rng.normal(size=4_000), 100)
    assert time.process_time() - start < 1.0


def test_refuses():
    with pytest.raises(ValueError, match="labels of both kinds"):
        vus_pr(np.zeros(5), np.arange(5.0), 2)
    with pytest.raises(ValueError, match="labels of both kinds"):
        vus_pr(np.ones(5), np.arange(5.0), 2)
    with pytest.raises(ValueError, match=r"one shape \(rows,\), received \(5,\) and \(4,\)"):
        vus_pr(np.eye(5)[0], np.arange(4.0), 2)
    with pytest.raises(ValueError, match="finite scores"):
        vus_pr(np.eye(2)[0], np.array([np.nan, 1.0]), 2)
