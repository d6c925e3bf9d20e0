import numpy as np
import pytest

from dltemplates.evaluation.text_comparison import compare_texts, constant_answers

NAMES = ["a", "b"]


def one_hot(labels):
    return np.where(np.eye(2)[labels] > 0, 0.9, 0.1)


@pytest.fixture
def labels(rng):
    return rng.integers(0, 2, 1000)


def with_mistakes(labels, start, count):
    wrong = labels.copy()
    wrong[start : start + count] = 1 - wrong[start : start + count]
    return one_hot(wrong)


def verdict(labels, model, baseline) -> str:
    answers = {"m": model, "b": baseline}
    return compare_texts(labels, answers, NAMES, model="m", baseline="b").verdict


def test_says_who_wins(labels):
    good, bad = with_mistakes(labels, 0, 100), with_mistakes(labels, 0, 140)
    assert "The model beats the linear baseline by 4.00 points of accuracy" in verdict(
        labels, good, bad
    )
    lost = verdict(labels, bad, good)
    assert "THE MODEL LOSES to the linear baseline by 4.00 points" in lost
    # As many mistakes more, but others: each is the better one on hundreds of texts.
    apart = with_mistakes(labels, 500, 130)
    assert "No clear difference from the linear baseline: +3.00" in verdict(labels, good, apart)
    assert "No clear difference" in verdict(labels, good, good)


def test_standard_error_is_that_of_the_paired_difference(labels):
    good, apart = with_mistakes(labels, 0, 100), with_mistakes(labels, 500, 130)
    difference = np.concatenate([-np.ones(100), np.ones(130), np.zeros(770)])
    expected = difference.std() / np.sqrt(1000) * 100
    assert f"(standard error {expected:.2f})" in verdict(labels, good, apart)


def test_table(labels):
    answers = {"constant": constant_answers(labels, 2, 1000), "m": one_hot(labels)}
    found = compare_texts(labels, answers, NAMES, model="m")
    assert found.verdict == ""
    assert found.contenders[0].accuracy == pytest.approx(np.bincount(labels).max() / 1000)
    assert found.contenders[1].accuracy == 1.0 and found.contenders[1].f1 == 1.0
    assert "100.00%" in str(found) and "macro F1" in str(found)
    assert found.as_dict()["contenders"][1]["name"] == "m"


def test_several_classes_a_text(rng):
    labels = rng.integers(0, 2, (1000, 2)).astype("uint8")
    good, bad = (
        np.where(rng.random((1000, 2)) < right, labels, 1 - labels) for right in (0.9, 0.8)
    )
    found = compare_texts(labels, {"m": good, "b": bad}, NAMES, model="m", baseline="b")
    assert "points of micro F1" in found.verdict and "beats" in found.verdict
    assert found.contenders[0].f1 == pytest.approx(
        2 * (labels & good).sum() / (labels.sum() + good.sum())
    )
    bootstrap = []
    for _ in range(300):
        rows = rng.integers(0, 1000, 1000)
        f1 = [
            2 * (labels & each)[rows].sum() / (labels[rows].sum() + each[rows].sum())
            for each in (good, bad)
        ]
        bootstrap.append(f1[0] - f1[1])
    said = float(found.verdict.split("standard error ")[1].split(")")[0])
    assert said == pytest.approx(100 * np.std(bootstrap), rel=0.2)
