import numpy as np
import pytest
from scipy.optimize import minimize

from dltemplates.evaluation.logit_blend import fit_blend, log_losses


def part(rng, labels, classes, strength):
    logits = rng.normal(size=(len(labels), classes))
    logits[np.arange(len(labels)), labels] += strength
    return logits


def loss(weights, parts, labels):
    targets = np.eye(parts[0].shape[1])[labels]
    return log_losses(sum(w * p for w, p in zip(weights, parts, strict=True)), targets, False)


def test_finds_the_least_log_loss(rng):
    labels = rng.integers(0, 3, 20_000)
    parts = [part(rng, labels, 3, 1.0), 3.0 * part(rng, labels, 3, 1.0)]
    weights = fit_blend(parts, labels)
    found = minimize(lambda w: loss(w, parts, labels).mean(), [1, 1], method="Nelder-Mead").x
    assert weights == pytest.approx(found, abs=1e-3)
    assert weights[0] == pytest.approx(3.0 * weights[1], rel=0.1)  # both know as much
    assert np.array_equal(weights, fit_blend(parts, labels))


def test_a_part_that_knows_nothing_gets_next_to_nothing(rng):
    for _ in range(20):
        labels = rng.integers(0, 2, 400)
        good, empty = part(rng, labels, 2, 1.0), part(rng, labels, 2, 0.0)
        weights = fit_blend([empty, good], labels)
        assert weights[1] > 0.5 and weights[0] < 0.25 * weights[1]


def test_of_few_items_good_parts_are_heard_alike(rng):
    shares, unpulled = [], []
    for _ in range(20):
        labels = rng.integers(0, 2, 30)
        parts = [part(rng, labels, 2, 1.0), 3.0 * part(rng, labels, 2, 1.0)]
        first, second = fit_blend(parts, labels) * [1.0, 3.0]
        shares.append(first / (first + second))
        mean_loss = lambda w, p=parts, y=labels: loss(w, p, y).mean()  # noqa: E731
        first, second = minimize(mean_loss, [1, 1], method="Nelder-Mead").x * [1.0, 3.0]
        unpulled.append(first / (first + second))
    assert np.std(shares) < np.std(unpulled)


def test_a_copy_adds_nothing(rng):
    labels = rng.integers(0, 2, 400)
    logits = part(rng, labels, 2, 1.0)
    assert fit_blend([logits, logits], labels).sum() == pytest.approx(
        fit_blend([logits], labels)[0], rel=0.02
    )


def test_a_part_that_is_always_wrong_is_not_turned_round(rng):
    labels = rng.integers(0, 2, 400)
    good = part(rng, labels, 2, 1.0)
    assert fit_blend([-good, -good], labels) == pytest.approx([0.0, 0.0], abs=0.1)


def test_weights_stay_finite_without_mistakes():
    labels = np.arange(30) % 2
    logits = 8.0 * np.eye(2)[labels]
    weights = fit_blend([logits, np.zeros((30, 2))], labels)
    assert 0.5 < weights[0] < 1.5


def test_several_classes_an_item(rng):
    targets = rng.integers(0, 2, (20_000, 4)).astype("uint8")
    parts = [rng.normal(2.0 * targets - 1.0) for _ in range(2)]
    # Of two normal distributions two apart, the log odds are twice the value.
    assert fit_blend(parts, targets, multi_label=True) == pytest.approx([2.0, 2.0], rel=0.05)


def test_no_item_and_no_number():
    assert fit_blend([np.zeros((0, 2))] * 2, np.zeros(0, int)).tolist() == [0.5, 0.5]
    with pytest.raises(ValueError, match="finite"):
        fit_blend([np.full((3, 2), np.nan)], np.zeros(3, int))
