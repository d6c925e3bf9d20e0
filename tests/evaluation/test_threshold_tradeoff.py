import numpy as np
import pytest

from dltemplates.evaluation.normal_scores import NormalScores
from dltemplates.evaluation.threshold_tradeoff import threshold_tradeoff, usual_rates


@pytest.fixture
def normal(rng):
    return NormalScores.fit(rng.normal(size=5_000))


@pytest.fixture
def raw(rng):
    """1,000 normal rows, then an event of ten that is strange at once, and one that never is."""
    scores = rng.normal(size=1_020)
    scores[1_000:1_010] = 8.0
    scores[1_010:] = -1.0
    return scores


@pytest.fixture
def labels():
    marks = np.zeros(1_020, int)
    marks[1_000:1_009] = marks[1_010:] = 1
    return marks


def test_what_is_found_and_cried(normal, raw, labels):
    fine, coarse = threshold_tradeoff(normal, raw, labels, [0.001, 0.1], rows_per_day=100.0)
    assert fine.rate == 0.001 and coarse.rate == 0.1
    assert fine.recall == 0.5
    assert coarse.false_alarm_rate == pytest.approx(0.1, abs=0.04)
    assert fine.false_alarm_rate < 0.01
    alarms = normal.tail_probability(raw) <= 0.1
    assert coarse.alarm_share == pytest.approx(alarms.mean())
    starts = np.flatnonzero(np.diff(alarms.astype(int), prepend=0) == 1)
    assert coarse.alarms_per_day == pytest.approx(len(starts) / 10.2)
    assert coarse.false_alarms_per_day == pytest.approx((len(starts) - 1) / (1_001 / 100))


def test_of_a_table_rows_count_alone(normal, raw, labels):
    (point,) = threshold_tradeoff(normal, raw, labels, [0.001])
    assert point.recall == pytest.approx(9 / 19)
    assert point.alarms_per_day is None and point.false_alarms_per_day is None


def test_without_labels_only_alarms_are_counted(normal, raw):
    (point,) = threshold_tradeoff(normal, raw, None, [0.1], rows_per_day=100.0)
    assert point.alarm_share > 0 and point.alarms_per_day > 0
    assert point.recall is point.false_alarm_rate is point.false_alarms_per_day is None


def test_without_a_normal_row(normal, raw):
    (point,) = threshold_tradeoff(normal, raw, np.ones(1_020), [0.1], rows_per_day=100.0)
    assert point.false_alarm_rate is None and point.recall == 1.0


@pytest.mark.parametrize("finest", [1e-6, 0.00075, 0.3])
def test_rates_are_those_that_can_be_told(finest):
    rates = usual_rates(finest, also=0.35)
    assert rates == sorted(rates) and min(rates) == finest and 0.35 in rates
    assert len(rates) < 60
