import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from dltemplates.errors import DataError
from dltemplates.evaluation.anomaly_detection import anomaly_report
from dltemplates.evaluation.vus import vus_pr

ROWS, DAY = 6_000, 1_440.0


@pytest.fixture
def labels():
    labels = np.zeros(ROWS, "int8")
    for start in range(500, ROWS, 1_000):
        labels[start : start + 30] = 1
    return labels


@pytest.fixture
def detectors(rng, labels):
    """One that knows, from an event's sixth row on; one that half knows; one that guesses."""
    late = labels & np.roll(labels, 5)

    def scores(gain):
        return rng.exponential(size=4_000), rng.exponential(size=ROWS) + gain * late

    return {"autoencoder": scores(20.0), "window PCA": scores(3.0), "guess": scores(0.0)}


def test_against_definitions(detectors, labels):
    report = anomaly_report(detectors, labels, 0.001, rows_per_day=DAY, buffer=20)
    assert (report.rows, report.anomalous, report.events) == (ROWS, 180, 6)
    ours = report.detectors["autoencoder"]
    scores = detectors["autoencoder"][1]
    assert ours.auroc == pytest.approx(roc_auc_score(labels, scores))
    assert ours.average_precision == pytest.approx(average_precision_score(labels, scores))
    assert ours.vus_pr == pytest.approx(vus_pr(labels, scores, 20))
    assert ours.recall == 1.0
    assert ours.median_delay == 5.0
    assert ours.false_alarm_rate == pytest.approx(0.001, abs=0.001)
    false_rows = ours.false_alarm_rate * (ROWS - 180)
    assert ours.false_alarms_per_day == pytest.approx(false_rows / (ROWS - 180) * DAY, abs=0.3)
    assert ours.alarm_share == pytest.approx((6 * 25 + false_rows) / ROWS)
    assert report.detectors["guess"].average_precision == pytest.approx(0.03, abs=0.01)


def test_rows_that_are_left_out_are_said(detectors, labels):
    report = anomaly_report(detectors, labels, 0.01, buffer=20, left_out=1_234)
    assert "in 6 events (1,234 more without a measurement are left out);" in str(report)
    assert report.as_dict()["left_out"] == 1_234
    assert "left out" not in str(anomaly_report(detectors, labels, 0.01, buffer=20))


def test_every_threshold_is_set_for_the_same_rate(detectors, labels):
    report = anomaly_report(detectors, labels, 0.01, rows_per_day=DAY, buffer=20)
    for each in report.detectors.values():
        assert each.false_alarm_rate == pytest.approx(0.01, abs=0.005)


def test_labels_choose_no_threshold(detectors, labels):
    with_labels = anomaly_report(detectors, labels, 0.01, buffer=20)
    without = anomaly_report(detectors, None, 0.01, buffer=20)
    for name in detectors:
        assert with_labels.detectors[name].alarm_share == without.detectors[name].alarm_share


def test_the_verdict_names_what_was_not_beaten(detectors, labels):
    report = anomaly_report(detectors, labels, 0.001, rows_per_day=DAY, buffer=20)
    assert report.verdict().startswith(
        "The autoencoder beats every baseline: window PCA by average"
    )
    swapped = dict(reversed(detectors.items()))
    report = anomaly_report(swapped, labels, 0.001, rows_per_day=DAY, buffer=20)
    verdict = report.verdict()
    assert verdict.startswith("The guess does not beat autoencoder by average precision (0.0")
    assert ", nor autoencoder by VUS-PR (" in verdict
    alone = {"autoencoder": detectors["autoencoder"]}
    assert anomaly_report(alone, labels, 0.001).verdict() == ""


def test_a_tie_is_no_win(detectors, labels):
    twins = {"autoencoder": detectors["autoencoder"], "twin": detectors["autoencoder"]}
    assert "does not beat twin" in anomaly_report(twins, labels, 0.001).verdict()


def test_a_table_has_neither_time_nor_buffers(detectors, labels):
    report = anomaly_report(detectors, labels, 0.001)
    ours = report.detectors["autoencoder"]
    assert report.events == report.anomalous == 180
    assert (ours.vus_pr, ours.median_delay, ours.false_alarms_per_day) == (None, None, None)
    assert ours.recall == pytest.approx(25 / 30)
    assert "VUS-PR (" not in str(report)
    assert "share of anomalous rows with an alarm" in str(report)


def test_without_labels_only_the_share_of_alarms_is_told(detectors):
    report = anomaly_report(detectors, None, 0.01, rows_per_day=DAY, buffer=20)
    assert report.anomalous is None
    assert report.verdict() == ""
    assert "AUROC" not in str(report)
    assert "Without labels nothing else can be told." in str(report)
    assert report.detectors["guess"].alarm_share == pytest.approx(0.01, abs=0.005)


def test_labels_of_normal_rows_alone(detectors):
    report = anomaly_report(detectors, np.zeros(ROWS), 0.01, rows_per_day=DAY, buffer=20)
    ours = report.detectors["guess"]
    assert (ours.auroc, ours.vus_pr, ours.recall) == (None, None, None)
    assert ours.false_alarm_rate == pytest.approx(0.01, abs=0.005)
    assert "only false alarms can be told" in str(report)
    assert report.verdict() == ""


def test_all_rows_anomalous(detectors):
    report = anomaly_report(detectors, np.ones(ROWS), 0.01, rows_per_day=DAY, buffer=20)
    ours = report.detectors["guess"]
    assert (ours.auroc, ours.false_alarm_rate, ours.false_alarms_per_day) == (None, None, None)
    str(report)


def test_more_false_alarms_than_asked_for_are_said(rng, labels):
    drifted = {"autoencoder": (rng.exponential(size=4_000), 2.0 + rng.exponential(size=ROWS))}
    text = str(anomaly_report(drifted, labels, 0.01, rows_per_day=DAY, buffer=20))
    assert "times as often as asked in normal test rows" in text


def test_shown_and_written(detectors, labels, tmp_path):
    report = anomaly_report(detectors, labels, 0.0001, rows_per_day=DAY, buffer=20)
    text = str(report)
    assert "6,000 rows, 180 of them anomalous, in 6 events" in text
    assert "never point-adjusted" in text
    assert "is an extrapolation" in text
    assert text.endswith(report.verdict())
    written = json.loads(json.dumps(report.as_dict()))
    assert written["verdict"] == report.verdict()
    assert written["detectors"]["guess"]["auroc"] == report.detectors["guess"].auroc
    report.write_csv(tmp_path / "detectors.csv")
    table = pd.read_csv(tmp_path / "detectors.csv", index_col="detector")
    assert list(table.index) == list(detectors)
    assert table.loc["guess", "vus_pr"] == pytest.approx(report.detectors["guess"].vus_pr)


def test_refuses(detectors, labels):
    with pytest.raises(DataError, match="cannot tell a false-alarm rate of 1e-05"):
        anomaly_report(detectors, labels, 1e-5)
    with pytest.raises(ValueError, match="at least one detector"):
        anomaly_report({}, labels, 0.01)
    with pytest.raises(ValueError, match="for each of the test rows"):
        anomaly_report(detectors, labels[:-1], 0.01)
