import numpy as np
import pytest

from dltemplates.training.range_test import read_curve
from dltemplates.training.range_test_plot import plot_range_test


def curve(best=1e-2, steps=200, noise=0.01, drop=1.0, seed=0):
    """A loss that falls around `best / 10`, and rises beyond `best` until it explodes."""
    rates = np.geomspace(1e-5, 1.0, steps)
    fall = drop / (1 + (rates / (best / 10)) ** 1.5)
    rise = (rates / (20 * best)) ** 2
    random = np.random.default_rng(seed)
    return rates, 1.0 + fall + rise + random.normal(0, noise, steps)


@pytest.mark.parametrize("best", [1e-3, 1e-2, 1e-1])
def test_the_suggestion_follows_the_curve(best):
    assert best / 10 < read_curve(*curve(best)).suggestion < best


def test_noise_hardly_moves_it():
    found = [read_curve(*curve(noise=0.05, seed=seed)).suggestion for seed in range(20)]
    assert max(found) / min(found) < 3


def test_an_explosion_to_infinity_is_no_matter():
    rates, losses = curve()
    losses[-5:] = np.inf
    assert read_curve(rates, losses).suggestion == read_curve(*curve()).suggestion


@pytest.mark.parametrize("drop", [0.0, 0.01])
def test_without_a_clear_descent_there_is_no_suggestion(drop):
    result = read_curve(*curve(noise=0.05, drop=drop))
    assert result.suggestion is None
    assert "no clear descent" in result.words


def test_too_few_steps():
    rates, losses = curve()
    result = read_curve(rates[:10], losses[:10])
    assert result.suggestion is None
    assert "10 steps" in result.words


def test_still_falling_at_the_end():
    rates, losses = curve()
    result = read_curve(rates[:120], losses[:120])
    assert "raise --high" in result.words


def test_the_plot(tmp_path):
    rates, losses = curve()
    losses[-3:] = np.inf
    for suffix in ("svg", "png"):
        plot_range_test(rates, losses, 1e-3, 2e-3, tmp_path / f"plot.{suffix}")
    assert "<svg" in (tmp_path / "plot.svg").read_text()
    assert (tmp_path / "plot.png").stat().st_size > 5000
