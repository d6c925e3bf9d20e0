import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestNeighbors

from dltemplates.evaluation.anomaly_baselines import (
    IsolationForestScore,
    LargestZScore,
    NearestNeighbours,
    WindowPCA,
    baselines,
)


def related(rng, count, rows=4):
    """Three features that follow one, over a few rows."""
    load = rng.normal(size=(count, rows, 1))
    noise = 0.1 * rng.normal(size=(count, rows, 3))
    return (load * np.array([1.0, -1.0, 0.5]) + noise).astype("float32")


@pytest.mark.parametrize("name", baselines())
@pytest.mark.parametrize("rows", [1, 4])
def test_finds_what_is_far_off(rng, name, rows):
    windows = related(rng, 300, rows)
    windows[:20, -1] += 6.0
    labels = np.arange(300) < 20
    detector = baselines()[name].fit(related(rng, 500, rows))
    scores = detector.score(windows)
    assert scores.shape == (300,)
    assert roc_auc_score(labels, scores) > 0.95
    again = baselines()[name].fit(related(np.random.default_rng(7), 500, rows)).score(windows)
    twice = baselines()[name].fit(related(np.random.default_rng(7), 500, rows)).score(windows)
    np.testing.assert_array_equal(again, twice)


def test_the_largest_z_score_is_of_the_last_row(rng):
    train = rng.normal(5.0, 2.0, (100, 3, 2)).astype("float32")
    train[:, :, 1] = 4.0
    detector = LargestZScore().fit(train)
    mean, scale = train[:, -1, 0].mean(), train[:, -1, 0].std()
    window = np.array([[[99.0, 99.0], [0.0, 0.0], [9.0, 4.5]]], "float32")
    assert detector.score(window) == pytest.approx((9.0 - mean) / scale, rel=1e-5)
    window[0, -1, 1] = 44.0
    assert detector.score(window) == pytest.approx(40.0), "a constant feature counts as it is"


def test_pca_sees_what_contradicts_the_others(rng):
    detector = WindowPCA().fit(related(rng, 2_000, 1))
    assert len(detector.components) == 1
    with_the_plane = np.array([[[2.0, -2.0, 1.0]]], "float32")
    against_it = np.array([[[1.0, 1.0, 0.5]]], "float32")
    assert detector.score(with_the_plane)[0] < 0.05
    assert detector.score(against_it)[0] > 1.0


def test_pca_keeps_95_percent_of_the_variance(rng):
    windows = (rng.normal(size=(4_000, 1, 6)) * [10, 5, 3, 2, 1, 0.5]).astype("float32")
    detector = WindowPCA().fit(windows)
    assert len(detector.components) == 3, "100 + 25 + 9 of 139.25"
    flat = windows[:, 0] - windows[:, 0].mean(axis=0)
    left = (flat[:, 3:] ** 2).sum(axis=1).mean()
    assert detector.score(windows).mean() == pytest.approx(left, rel=0.02)


def test_pca_of_wide_and_of_constant_windows(rng):
    wide = related(rng, 600, 400)
    detector = WindowPCA().fit(wide)
    assert len(detector.components) == 256
    assert detector.score(wide + 3.0).mean() > 10 * detector.score(wide).mean()
    constant = WindowPCA().fit(np.full((50, 2, 3), 4.0, "float32"))
    np.testing.assert_allclose(constant.score(np.full((1, 2, 3), 5.0, "float32")), [6.0])


def test_the_fifth_neighbour(rng):
    train, windows = related(rng, 300), related(rng, 50)
    search = NearestNeighbors(n_neighbors=5).fit(train.reshape(300, -1))
    expected = search.kneighbors(windows.reshape(50, -1))[0][:, 4]
    np.testing.assert_allclose(NearestNeighbours().fit(train).score(windows), expected, rtol=1e-5)
    assert len(NearestNeighbours().fit(train[:3]).score(windows)) == 50


@pytest.mark.parametrize("detector", [WindowPCA(), NearestNeighbours(), IsolationForestScore()])
def test_large_data_are_thinned_and_scored_in_chunks(rng, detector):
    many = related(rng, 20_500, 1)
    scores = detector.fit(many).score(many)
    assert scores.shape == (20_500,)
    np.testing.assert_allclose(
        scores[10_000:10_010], detector.score(many[10_000:10_010]), atol=1e-5
    )
