import numpy as np
import pytest

from dltemplates.evaluation.multilabel import multilabel_report

NAMES = ["정치", "경제", "sport"]


def test_against_definitions(rng):
    truth = rng.integers(0, 2, (200, 3))
    probabilities = np.clip(truth * 0.3 + rng.random((200, 3)) * 0.7, 0, 1)
    report = multilabel_report(truth, probabilities, NAMES)
    predicted = probabilities >= 0.5
    both, either = (predicted & (truth > 0)).sum(), predicted.sum() + truth.sum()
    assert report.micro_f1 == pytest.approx(2 * both / either)
    assert report.subset_accuracy == pytest.approx((predicted == truth).all(axis=1).mean())
    each = [
        2
        * (predicted[:, c] & (truth[:, c] > 0)).sum()
        / (predicted[:, c].sum() + truth[:, c].sum())
        for c in range(3)
    ]
    assert report.macro_f1 == pytest.approx(np.mean(each))
    assert report.classes["경제"].f1 == pytest.approx(each[1])
    given = np.where(truth, probabilities, 1 - probabilities)
    assert report.log_loss == pytest.approx(-np.log(given).mean())
    order = np.argsort(-probabilities[:, 0])
    hits = truth[order, 0]
    precision = np.cumsum(hits) / np.arange(1, 201)
    expected = precision[hits > 0].mean()
    assert report.classes["정치"].average_precision == pytest.approx(expected)
    assert report.as_dict()["classes"]["sport"]["support"] == truth[:, 2].sum()


def test_baselines_are_constant_answers():
    truth = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 1], [0, 0, 0]])
    report = multilabel_report(truth, np.full((4, 3), 0.4), NAMES)
    assert report.majority_subset_accuracy == 0.5
    assert report.all_classes_micro_f1 == pytest.approx(2 * 4 / (12 + 4))
    assert report.subset_accuracy == 0.25  # the one without a class
    assert report.micro_f1 == 0.0


def test_a_class_that_no_item_has():
    truth = np.array([[1, 0, 0], [0, 1, 0]])
    report = multilabel_report(truth, truth.astype(float), NAMES)
    assert report.classes["sport"].average_precision is None
    assert report.average_precision == 1.0
    assert np.isfinite(report.log_loss)
    assert "sport" in str(report) and "2 texts" in str(report)


def test_file(tmp_path):
    truth = np.eye(3)
    multilabel_report(truth, truth, NAMES).write_classes(tmp_path / "classes.csv")
    lines = (tmp_path / "classes.csv").read_text("utf-8").splitlines()
    assert lines[0] == "class,precision,recall,f1,average_precision,support"
    assert lines[1].startswith("정치,1.0")
