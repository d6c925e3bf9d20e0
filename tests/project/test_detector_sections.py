"""What the page says of a detector."""

import json
import warnings
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from dltemplates.data.sensor_data import SensorData
from dltemplates.data.sensor_log import SensorLog
from dltemplates.data.table_data import TableData
from dltemplates.evaluation.report_page import page
from dltemplates.project import detector_sections
from dltemplates.project.detector import KerasDetector
from dltemplates.project.detector_report import places_of, report_on
from dltemplates.project.judged_test import judge_test
from dltemplates.training.run import Run
from tests.export.small_detector import (
    BROKEN,
    WINDOW,
    machine_table,
    pump_data,
    pump_log,
    sensor_detector,
    table_detector,
)

CONFIG = SimpleNamespace(alarm=SimpleNamespace(merge_gap=5))


@pytest.fixture(scope="module")
def pump():
    data = pump_data()
    return sensor_detector(data), data


@pytest.fixture(scope="module")
def machine():
    data = TableData(machine_table())
    return table_detector(data), data


@pytest.fixture
def run(tmp_path):
    return Run.create(tmp_path, "first")


def parts(run, model, data):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        found = detector_sections.detector_sections(None, run, model, data, CONFIG)
    page("Run", "test", found)
    return {each.title: "".join(each.blocks) for each in found}


def relabelled(labels):
    return SensorData(SensorLog(pump_log().series, labels), window=WINDOW)


def test_the_test_is_judged_as_predict_does(pump, machine):
    model, data = pump
    judged = judge_test(model, data)
    ends = places_of(data, "test")
    answer = KerasDetector(model).judge(data.values(range(int(ends[0]) - WINDOW + 1, 3_000)))
    np.testing.assert_allclose(1.0 - judged.rarity, answer.score, atol=1e-6)
    np.testing.assert_array_equal(judged.alarm, answer.alarm)
    np.testing.assert_allclose(judged.attribution, answer.attribution, atol=1e-6)
    assert judged.times[0] == data.log.series.times[ends[0]]

    model, data = machine
    judged = judge_test(model, data)
    answer = KerasDetector(model).judge(data.table.values[data.rows("test")])
    np.testing.assert_array_equal(judged.alarm, answer.alarm)
    assert judged.times is None and judged.labels.sum() == 40


def test_a_log_with_labels(pump, run):
    found = parts(run, *pump)
    report = report_on(*pump, merge_gap=5)
    beside = found["What was learned"]
    assert report.verdict() in beside
    assert f"{report.detectors['network'].auroc:.3f}" in beside
    assert "labelled anomalous" in found["Scores of the test rows"]
    assert "events found" in found["Other thresholds"]
    bars = found["What makes it alarm"]
    assert bars.index(">b<") < bars.index(">a<")  # b is what breaks


def test_why_normal_rows_alarm(pump, run):
    model, data = pump
    assert "More alarms than asked for" in parts(run, model, data)["Other thresholds"]
    labels = np.zeros(3_000, "int8")
    labels[list(BROKEN)] = 1
    labels[BROKEN.stop - 1] = 0
    after = relabelled(labels)
    model = sensor_detector(after, rate=0.002)
    assert "differ from the held-out" in parts(run, model, after)["Other thresholds"]


@pytest.mark.parametrize(
    ("labels", "title", "words"),
    [
        (None, "What was learned", "no labels"),
        (None, "Other thresholds", "alarms a day"),
        (np.zeros(3_000, "int8"), "What was learned", "only false alarms can be told"),
        ((np.arange(3_000) >= 2_100).astype("int8"), "What was learned", "in 1 event."),
    ],
)
def test_odd_labels(labels, title, words, run, pump):
    assert words in parts(run, pump[0], relabelled(labels))[title]


def test_a_table_with_and_without_labels(machine, run):
    model, data = machine
    found = parts(run, model, data)
    assert "labelled normal" in found["Scores of the test rows"]
    assert "VUS-PR" not in found["What was learned"]
    plain = TableData(replace(machine_table(), labels=None))
    found = parts(run, model, plain)
    assert "rows that alarm" in found["Other thresholds"]
    assert "labelled" not in found["Scores of the test rows"]


def test_no_test_rows_and_no_alarms(run, pump):
    model, _ = pump
    found = parts(run, model, SensorData(pump_log(), window=WINDOW, test_fraction=0.0))
    assert "no test rows" in found["What was learned"] and len(found) == 1
    few = SensorData(SensorLog(pump_log(250).series, None), window=WINDOW)
    found = parts(run, sensor_detector(few), few)
    assert "No test row alarms" in found["What makes it alarm"]
    assert "is an extrapolation" in found["Other thresholds"]


def test_what_evaluate_found_is_taken_if_it_is_of_this_threshold(pump, run, monkeypatch):
    model, data = pump
    report = report_on(model, data, 5)
    monkeypatch.setattr(detector_sections, "report_on", lambda *_, **__: report)

    def beside(text):
        run.write_text("metrics.json", text)
        return parts(run, model, data)["What was learned"]

    measured = report.as_dict()
    measured["detectors"]["window PCA"]["auroc"] = 0.1234
    assert "0.123" in beside(json.dumps(measured))
    for wrong in ({"rate": 0.5}, {"rows": 3}, {"detectors": {}}, {"more": 2}):
        assert "0.123" not in beside(json.dumps({**measured, **wrong}))
    for damaged in ("", "[]", json.dumps({"detectors": 3})):
        assert "0.123" not in beside(damaged)
