import keras
import numpy as np
import pytest

from dltemplates.training.reconstruction_error import ReconstructionError


def errors(y_true, y_pred, **settings):
    return np.asarray(ReconstructionError(**settings).call(np.float32(y_true), np.float32(y_pred)))


def test_what_is_missing_has_no_error(rng):
    y_true, y_pred = rng.normal(size=(2, 6, 5, 3))
    y_true[rng.random(y_true.shape) < 0.3] = np.nan
    y_true[5] = np.nan
    expected = [np.nanmean((t - p) ** 2) for t, p in zip(y_true[:5], y_pred[:5], strict=True)]
    np.testing.assert_allclose(errors(y_true, y_pred), [*expected, 0.0], rtol=1e-5)


def test_infinite_values_count_as_missing():
    found = errors([[np.inf, 2.0]], [[0.0, 1.0]])
    np.testing.assert_allclose(found, [1.0])


@pytest.mark.parametrize("trim", [0.0, 0.25])
def test_gradients_are_finite_where_values_are_missing(rng, trim):
    """NaN that only meets a zero would still be NaN in the gradient."""
    inputs = rng.normal(size=(8, 4)).astype("float32")
    targets = np.where(rng.random(inputs.shape) < 0.4, np.nan, inputs)
    targets[0] = np.nan
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])
    model.compile(keras.optimizers.SGD(0.1), ReconstructionError(trim))
    before = [np.array(each) for each in model.get_weights()]
    model.train_on_batch(inputs, targets)
    for old, new in zip(before, model.get_weights(), strict=True):
        assert np.isfinite(new).all()
        assert not np.array_equal(old, new)


def test_the_worst_are_left_out_and_the_others_weigh_more():
    y_pred = np.sqrt([[1.0], [4.0], [100.0], [2.0]])
    found = errors(np.zeros((4, 1)), y_pred, trim=0.25)
    np.testing.assert_allclose(found, np.array([1.0, 4.0, 0.0, 2.0]) * 4 / 3, rtol=1e-5)
    assert found.mean() == pytest.approx(7 / 3, rel=1e-5), "the mean of those that stay"


@pytest.mark.parametrize(("trim", "left"), [(0.01, 1), (0.1, 1), (0.3, 3), (0.5, 5)])
def test_how_many_are_left_out_of_ten(trim, left):
    found = errors(np.zeros((10, 1)), np.arange(1.0, 11.0)[:, None], trim=trim)
    assert (found == 0.0).sum() == left
    assert (found[: 10 - left] > 0.0).all()


def test_what_is_left_out_is_not_learned():
    inputs = np.ones((20, 1), "float32")
    targets = np.where(np.arange(20) < 3, 50.0, 2.0)[:, None].astype("float32")
    answers = {}
    for trim in (0.0, 0.2):
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
        model.compile(keras.optimizers.SGD(0.3), ReconstructionError(trim))
        model.fit(inputs, targets, batch_size=20, epochs=20, verbose=0)
        answers[trim] = float(model(inputs[:1])[0, 0])
    assert answers[0.0] == pytest.approx(9.2, abs=0.1)
    assert answers[0.2] == pytest.approx(2.0, abs=0.1)


def test_it_is_saved_with_its_trim():
    loss = ReconstructionError(0.3)
    again = keras.losses.deserialize(keras.losses.serialize(loss))
    assert (again.trim, again.name) == (0.3, "reconstruction_error")


@pytest.mark.parametrize("trim", [-0.1, 1.0, float("nan")])
def test_refusals(trim):
    with pytest.raises(ValueError, match=r"`trim` in \[0, 1\)"):
        ReconstructionError(trim)
