import numpy as np
import pytest

from dltemplates.evaluation.paired_blocks import PairedBlocks


def blocks_of(errors: np.ndarray, rows: int = 10) -> PairedBlocks:
    """One window an origin; `errors` are `(forecasters, origins)`."""
    blocks = PairedBlocks(len(errors), rows)
    for start in range(0, errors.shape[1], 7):  # in chunks that cut blocks
        chunk = slice(start, start + 7)
        origins = np.arange(errors.shape[1])[chunk]
        blocks.add(origins, errors[:, chunk], np.ones(len(origins)))
    return blocks


def test_means(rng):
    errors = rng.random((3, 95))
    np.testing.assert_allclose(blocks_of(errors).means(), errors.mean(axis=1))


def test_a_steady_gain_is_clear_and_a_single_one_is_not(rng):
    reference = rng.random(100)
    steady = reference - 0.1 + 0.01 * rng.random(100)
    lucky = reference.copy()
    lucky[:10] -= 1.0
    blocks = blocks_of(np.stack([reference, steady, lucky]))
    assert blocks.means()[1] == pytest.approx(blocks.means()[2], abs=0.02)
    assert blocks.clearly_better(1, than=0)
    assert not blocks.clearly_better(2, than=0)
    assert not blocks.clearly_better(0, than=1)


def test_with_few_blocks_any_gain_will_do(rng):
    errors = np.stack([np.ones(20), np.ones(20)])
    errors[1, 0] = 0.9
    assert blocks_of(errors).clearly_better(1, than=0)
    assert not blocks_of(errors).clearly_better(0, than=1)


def test_blocks_without_any_answer_do_not_count():
    blocks = PairedBlocks(2, 10)
    for block in range(5):
        weight = float(block != 2)
        blocks.add(np.array([10 * block]), np.array([[1.0], [0.5]]) * weight, np.array([weight]))
    assert blocks.means().tolist() == [1.0, 0.5]
    assert blocks.clearly_better(1, than=0)


def test_the_mean_of_the_parts_is_the_mean():
    rng = np.random.default_rng(2)
    blocks = PairedBlocks(2, 10)
    weights = rng.uniform(1, 5, 34)
    errors = rng.uniform(size=(2, 34)) * weights
    blocks.add(np.arange(34), errors, weights)
    parts = blocks.parts()
    assert parts.shape == (2, 4)
    np.testing.assert_allclose(parts.mean(axis=1), blocks.means())
