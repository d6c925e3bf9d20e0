import numpy as np
import pytest

from dltemplates.evaluation.anomaly_events import Event, alarm_events, event_metrics, spans


def marked(text):
    return np.array([letter != "." for letter in text])


def test_neighbouring_alarms_are_one_event():
    alarms = marked(".##..#....#")
    scores = np.array([9, 1, 2, 9, 9, 5, 9, 9, 9, 9, 3.0])
    assert alarm_events(alarms, scores) == [
        Event(1, 3, 2, 2.0),
        Event(5, 6, 5, 5.0),
        Event(10, 11, 10, 3.0),
    ]
    assert alarm_events(alarms, scores, gap=2) == [Event(1, 6, 5, 5.0), Event(10, 11, 10, 3.0)]
    assert alarm_events(alarms, scores, gap=4) == [Event(1, 11, 5, 5.0)]


def test_no_alarms_no_events():
    assert alarm_events(np.zeros(4, bool), np.arange(4.0)) == []
    assert spans(np.zeros(0, bool)) == []
    assert spans(np.ones(3, bool)) == [range(3)]


def test_against_labels():
    labels = marked("...####.....###....#").astype("int8")
    alarms = marked("..#..#.##..........#")
    metrics = event_metrics(labels, alarms)
    assert (metrics.events, metrics.found) == (3, 2)
    assert metrics.delays == [2, None, 0]
    assert metrics.recall == pytest.approx(2 / 3)
    assert metrics.median_delay == 1.0
    assert metrics.false_alarm_rate == pytest.approx(3 / 12)
    assert metrics.false_events == 2, "one before the event, one after it"
    assert event_metrics(labels, alarms, gap=1).false_events == 1, "row 7 merged with the hit at 5"
    assert event_metrics(labels, alarms, gap=2).false_events == 0


def test_one_hit_is_not_all_rows():
    """What point adjustment would count as a perfect answer finds one row of many."""
    labels = np.zeros(1_000, int)
    labels[100:900] = 1
    alarms = np.zeros(1_000, bool)
    alarms[899] = True
    metrics = event_metrics(labels, alarms)
    assert metrics.recall == 1.0
    assert metrics.median_delay == 799.0


def test_rows_of_a_table_are_events_of_their_own():
    labels, alarms = np.array([1, 1, 0, 1]), np.array([1, 0, 0, 1], bool)
    rows = [range(row, row + 1) for row in np.flatnonzero(labels)]
    metrics = event_metrics(labels, alarms, events=rows)
    assert (metrics.events, metrics.found, metrics.delays) == (3, 2, [0, None, 0])


def test_nothing_to_find_and_nothing_normal():
    none = event_metrics(np.zeros(4, int), np.array([0, 1, 0, 0], bool))
    assert none.recall is None
    assert none.median_delay is None
    assert none.false_alarm_rate == 0.25
    assert event_metrics(np.ones(4, int), np.zeros(4, bool)).false_alarm_rate is None
