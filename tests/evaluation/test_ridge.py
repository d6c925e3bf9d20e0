import numpy as np
import pytest
from sklearn.linear_model import Ridge

from dltemplates.data.forecast_data import ForecastData
from dltemplates.errors import DataError
from dltemplates.evaluation.ridge import fit_ridge, rolled_kernel
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


def few_rows(rng, values):
    series = small_series(rows=values.shape[1], names="ab"[: len(values)])
    series.values[:] = values
    return ForecastData(series, lookback=10, horizon=4)


def test_the_penalty_pulls_towards_the_start(data):
    """In closed form: the same as a regression of what the start misses."""
    start = np.random.default_rng(3).normal(0, 0.2, (10, 4)).astype("float32")
    start[-1] = 0.0
    ours = fit_ridge(data, start=start, penalties=[0.03])
    inputs, targets = differences(data, "train")
    strength = 0.03 * np.square(inputs).mean() * len(inputs)
    missed = Ridge(alpha=strength, fit_intercept=False).fit(inputs, targets - inputs @ start)
    pulled = start + missed.coef_.T
    alone = fit_ridge(data, penalties=[0.03]).kernel
    left = differences(data, "validation")
    errors = [np.square(left[0] @ kernel - left[1]).mean() for kernel in (alone, pulled)]
    np.testing.assert_allclose(
        ours.kernel, (alone, pulled)[int(np.argmin(errors))], rtol=1e-3, atol=1e-5
    )


def test_few_rows_are_helped_by_a_start_from_many(rng):
    many = fit_ridge(few_rows(rng, autoregressive(rng, rows=3000)))
    few = autoregressive(rng, rows=700, series=1)
    data = few_rows(rng, few)
    data.splits.update(train=range(40), validation=range(40, 80), test=range(80, 700))
    inputs, targets = differences(data, "test")
    helped, alone = (fit_ridge(data, start=start).kernel for start in (many.kernel, None))
    errors = [np.square(inputs @ kernel - targets).mean() for kernel in (helped, alone)]
    assert errors[0] < errors[1]


def test_a_start_that_is_wrong_is_left(rng):
    right = few_rows(rng, autoregressive(rng, rows=3000))
    wrong = -3.0 * fit_ridge(right).kernel
    np.testing.assert_allclose(
        fit_ridge(right, start=wrong).kernel, fit_ridge(right).kernel, atol=1e-2
    )
    walk = few_rows(rng, rng.normal(size=(1, 3000)).cumsum(axis=1))
    np.testing.assert_array_equal(fit_ridge(walk, start=wrong).kernel, 0.0)


def test_a_start_is_kept_where_rows_say_nothing_better(rng):
    walk = few_rows(rng, rng.normal(size=(1, 300)).cumsum(axis=1))
    start = np.full((10, 4), 1e-3, "float32")
    ridge = fit_ridge(walk, start=start)
    np.testing.assert_array_equal(ridge.kernel, start)
    assert ridge.penalty == np.inf


def test_a_rolled_kernel_forecasts_its_own_forecasts(data):
    ridge = fit_ridge(data, penalties=[0.01])
    values = data.windows(*window_pairs(data, "test")).inputs["values"]
    window, parts = values, []
    for _ in range(3):
        parts.append(ridge.predict(window))
        window = np.concatenate([window, parts[-1]], axis=1)[:, -10:]
    last = values[:, -1:]
    rolled = (values - last) @ rolled_kernel(ridge.kernel, 11) + last
    np.testing.assert_allclose(rolled, np.concatenate(parts, axis=1)[:, :11], atol=1e-4)
    shorter = rolled_kernel(ridge.kernel, 2)
    np.testing.assert_allclose(shorter[:-1], ridge.kernel[:-1, :2], atol=1e-6)
