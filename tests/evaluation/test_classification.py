import numpy as np
import pytest

from dltemplates.evaluation.classification import calibration_error, classification_report


@pytest.fixture
def answers(rng):
    labels = rng.integers(0, 7, 500)
    logits = rng.normal(size=(500, 7))
    logits[np.arange(500), labels] += 1.5
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return labels, probabilities.astype("float32")


def test_against_definitions(answers):
    labels, probabilities = answers
    names = [f"c{i}" for i in range(7)]
    report = classification_report(labels, probabilities, names)
    predicted = probabilities.argmax(1)
    assert report.accuracy == pytest.approx((predicted == labels).mean())
    chosen = probabilities[np.arange(500), labels].astype(float)
    assert report.log_loss == pytest.approx(-np.log(chosen).mean(), rel=1e-5)
    order = np.argsort(-probabilities, axis=1)[:, :5]
    assert report.top5_accuracy == pytest.approx((order == labels[:, None]).any(1).mean())
    assert np.sum(report.confusion) == 500
    assert report.confusion[2][3] == np.sum((labels == 2) & (predicted == 3))
    assert report.classes["c4"].support == np.sum(labels == 4)
    assert report.majority_accuracy == pytest.approx(np.bincount(labels).max() / 500)
    assert "c6" in str(report)


def test_top5_needs_six_classes(answers):
    labels, probabilities = answers
    report = classification_report(labels % 3, probabilities[:, :3], ["a", "b", "c"])
    assert report.top5_accuracy is None


def test_calibration_error(rng):
    confidence = rng.uniform(0.5, 1.0, 200_000)
    labels = (rng.random(200_000) > confidence).astype(int)
    probabilities = np.stack([confidence, 1 - confidence], axis=1)
    assert calibration_error(labels, probabilities) < 0.01
    certain = np.stack([np.ones(1000), np.zeros(1000)], axis=1)
    assert calibration_error(np.arange(1000) % 2, certain) == pytest.approx(0.5)


def test_confusion_file(answers, tmp_path):
    labels, probabilities = answers
    report = classification_report(labels, probabilities, ["개", *"abcdef"])
    report.write_confusion(tmp_path / "confusion.csv")
    lines = (tmp_path / "confusion.csv").read_text("utf-8").splitlines()
    assert lines[0] == "true,개,a,b,c,d,e,f"
    assert len(lines) == 8


def test_items_are_called_what_they_are(answers):
    labels, probabilities = answers
    names = [f"c{i}" for i in range(7)]
    report = classification_report(labels, probabilities, names, unit="texts")
    assert "500 texts" in str(report)
    assert "images" not in str(report)
    assert report.as_dict() == classification_report(labels, probabilities, names).as_dict()
