import numpy as np
import pytest
from sklearn.linear_model import Ridge

from dltemplates.data.forecast_data import ForecastData
from dltemplates.errors import DataError
from dltemplates.evaluation.ridge import fit_ridge
from dltemplates.evaluation.rolling_origin import window_pairs
from tests.data.small_series import small_series


def differences(data, split):
    windows = data.windows(*window_pairs(data, split))
    values = windows.inputs["values"].astype("float64")
    last = values[:, -1:]
    return values - last, windows.targets[..., 0] - last


def autoregressive(rng, rows=600, series=2):
    """Series whose next value is a known mixture of the last two, and little noise."""
    values = np.zeros((series, rows))
    values[:, :2] = rng.normal(size=(series, 2))
    for row in range(2, rows):
        noise = rng.normal(0.0, 0.1, series)
        values[:, row] = 1.5 * values[:, row - 1] - 0.8 * values[:, row - 2] + noise
    return values.astype("float32")


@pytest.fixture
def data(rng):
    series = small_series(rows=600, names="ab")
    series.values[:] = autoregressive(rng)
    return ForecastData(series, lookback=10, horizon=4)


def test_equals_scikit_learn(data):
    ours = fit_ridge(data, penalties=[0.03])
    inputs, targets = differences(data, "train")
    strength = 0.03 * np.square(inputs).mean() * len(inputs)
    reference = Ridge(alpha=strength, fit_intercept=False).fit(inputs, targets)
    np.testing.assert_allclose(ours.kernel.T, reference.coef_, rtol=1e-3, atol=1e-5)
    values = data.windows(*window_pairs(data, "test")).inputs["values"]
    expected = reference.predict(values - values[:, -1:]) + values[:, -1:]
    np.testing.assert_allclose(ours.predict(values), expected, atol=1e-4)


def test_learns_what_is_there(data):
    """One step ahead nothing but the noise is left: variance 0.01 in the series' own unit."""
    ridge = fit_ridge(data)
    windows = data.windows(*window_pairs(data, "test"))
    errors = ridge.predict(windows.inputs["values"])[:, 0] - windows.targets[:, 0, 0]
    own = errors * data.scale[windows.inputs["series"]]
    assert 0.008 < np.square(own).mean() < 0.013


def test_the_penalty_is_chosen_in_validation(data):
    penalties = [1e-3, 1e-2, 1.0]
    errors = [fit_ridge(data, penalties=[each]).validation_mse for each in penalties]
    chosen = fit_ridge(data, penalties=penalties)
    assert chosen.validation_mse == min(errors)
    assert chosen.penalty == penalties[int(np.argmin(errors))]
    inputs, targets = differences(data, "validation")
    left = np.square(inputs @ chosen.kernel - targets).mean()
    assert chosen.validation_mse == pytest.approx(left, rel=1e-4)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("rows", "lookback", "horizon"), [(1_500, 168, 96), (3_000, 48, 24)])
def test_falls_back_to_repeating_on_a_random_walk(rows, lookback, horizon, seed):
    series = small_series(rows=rows, names="a")
    series.values[:] = np.random.default_rng(seed).normal(size=rows).cumsum()
    ridge = fit_ridge(ForecastData(series, lookback=lookback, horizon=horizon))
    assert ridge.penalty == np.inf
    np.testing.assert_array_equal(ridge.kernel, 0.0)


def test_a_subset_of_the_windows_gives_nearly_the_same(data):
    few, full = fit_ridge(data, penalties=[0.01], limit=300), fit_ridge(data, penalties=[0.01])
    values = data.windows(*window_pairs(data, "test")).inputs["values"]
    assert not np.array_equal(few.kernel, full.kernel)
    np.testing.assert_allclose(few.predict(values)[:, 0], full.predict(values)[:, 0], atol=0.15)


def test_windows_without_any_answer_have_no_part(rng):
    series = small_series(rows=600, names="ab")
    series.values[:] = autoregressive(rng)
    series.values[:, 100:300] = np.nan
    data = ForecastData(series, lookback=10, horizon=4)
    one = fit_ridge(data)
    data.scaled[:, 103:291] = 1e6  # rows that only those windows have
    two = fit_ridge(data)
    np.testing.assert_array_equal(one.kernel, two.kernel)


def test_a_constant_series_is_repeated():
    series = small_series(names="a")
    series.values[:] = 4.0
    data = ForecastData(series, lookback=8, horizon=3)
    ridge = fit_ridge(data)
    np.testing.assert_array_equal(
        ridge.predict(np.full((2, 8), 0.5, "float32")), np.full((2, 3), 0.5)
    )


def test_the_future_has_no_part(data):
    """Whatever comes after validation, the fit is the same."""
    one = fit_ridge(data)
    data.scaled[:, data.splits["test"].start :] = 1e6
    two = fit_ridge(data)
    np.testing.assert_array_equal(one.kernel, two.kernel)
    assert one.penalty == two.penalty


def test_refusals(data):
    for penalties in ([], [1.0, 0.0]):
        with pytest.raises(ValueError, match="Expected `penalties` above 0"):
            fit_ridge(data, penalties=penalties)
    bare = ForecastData(small_series(), lookback=8, horizon=3, validation_fraction=0.0)
    with pytest.raises(DataError, match="no validation split"):
        fit_ridge(bare)
