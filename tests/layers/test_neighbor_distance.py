import keras
import numpy as np
import pytest
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors

from dltemplates.layers import NeighborDistance
from tests.layers.harness import check_layer


def adapted(features, **settings):
    layer = NeighborDistance(**settings)
    layer.adapt(features)
    return layer


def by_scikit_learn(references, queries, neighbors):
    """The definition in the docstring, in float64, by exact search."""
    references, queries = references.astype("float64"), queries.astype("float64")
    deviation = references.std(axis=0)
    spread = deviation + 0.05 * deviation.mean()
    search = NearestNeighbors(n_neighbors=neighbors, algorithm="brute").fit(references / spread)
    own, _ = search.kneighbors()  # itself not counted
    distances, nearest = search.kneighbors(queries / spread)
    around = own.mean(axis=1)[nearest].mean(axis=1)
    return np.log(distances.mean(axis=1)) - 0.5 * np.log(around)


@pytest.mark.parametrize("neighbors", [1, 5, 20])
@pytest.mark.parametrize("place", [0.0, 1_000.0])
def test_equals_an_exact_search(rng, neighbors, place):
    """Also far from zero, where squares of distances lose their digits."""
    unit = np.array([1.0, 0.01, 30.0, 1.0])
    references = (rng.normal(size=(1_500, 4)) * unit + place * unit).astype("float32")
    queries = (2.0 * rng.normal(size=(200, 4)) * unit + place * unit).astype("float32")
    found = np.asarray(adapted(references, neighbors=neighbors)(queries))
    expected = by_scikit_learn(references, queries, neighbors)
    np.testing.assert_allclose(found, expected, atol=2e-3)


def test_finds_outliers_of_a_dense_cluster_as_a_local_outlier_factor_does(rng):
    """Near a dense cluster strange, among sparse ones at the same distance not."""
    dense, sparse = 0.1 * rng.normal(size=(500, 2)), rng.normal(size=(500, 2)) * 2.0 + [30.0, 0.0]
    references = np.concatenate([dense, sparse]).astype("float32")
    queries = np.array([[0.0, 1.0], [30.0, 1.0]], "float32")
    near_dense, among_sparse = np.asarray(adapted(references)(queries))
    assert near_dense > among_sparse
    factor = -LocalOutlierFactor(20, novelty=True).fit(references).score_samples(queries)
    assert factor[0] > factor[1]


def test_harness(rng, tmp_path):
    references = rng.normal(size=(60, 3)).astype("float32")
    inputs = rng.normal(size=(5, 3)).astype("float32")

    def make(dtype):
        return adapted(references, neighbors=4, dtype=dtype)

    check_layer(make, inputs, (5,), tmp_path, trainable=0, non_trainable=4, dtype="float32")


def test_references_are_saved_with_the_model(rng, tmp_path):
    layer = adapted(rng.normal(size=(70, 3)))
    inputs = keras.Input((3,))
    model = keras.Model(inputs, layer(inputs))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    again = next(each for each in loaded.layers if isinstance(each, NeighborDistance))
    assert again.references == 70
    np.testing.assert_array_equal(again.points, layer.points)
    queries = rng.normal(size=(9, 3)).astype("float32")
    np.testing.assert_array_equal(loaded(queries), model(queries))


def test_more_than_it_holds_are_thinned_evenly(rng):
    references = np.arange(1_000.0)[:, None]
    layer = adapted(references, capacity=11)
    kept = np.asarray(layer.points)[:, 0] * np.asarray(layer.spread) + np.asarray(layer.centre)
    np.testing.assert_allclose(kept, np.linspace(0, 999, 11).astype(int), atol=1e-3)


def test_a_reference_itself_and_equal_references_have_a_finite_distance():
    layer = adapted(np.ones((30, 2)))
    assert np.isfinite(np.asarray(layer(np.ones((1, 2), "float32")))).all()
    assert np.asarray(layer(np.full((1, 2), 2.0, "float32")))[0] > 0.0


def test_refusals(rng):
    for settings in ({"neighbors": 0}, {"capacity": 1}):
        with pytest.raises(ValueError, match="of at least"):
            NeighborDistance(**settings)
    for shape in ((1, 3), (5,)):
        with pytest.raises(ValueError, match="at least two vectors of features"):
            NeighborDistance().adapt(np.ones(shape))
    with pytest.raises(ValueError, match="no references; call `adapt` first"):
        NeighborDistance()(np.ones((2, 3), "float32"))
    with pytest.raises(ValueError, match=r"shape \(batch, features\)"):
        NeighborDistance()(np.ones((2, 3, 1), "float32"))
    with pytest.raises(ValueError, match="has its references already"):
        adapted(np.ones((3, 2))).adapt(np.ones((3, 2)))
