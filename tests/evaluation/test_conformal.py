import numpy as np
import pytest

from dltemplates.data.forecast_data import ForecastData, Windows
from dltemplates.errors import DataError
from dltemplates.evaluation.conformal import (
    ConformalIntervals,
    calibrate,
    check_calibration,
    conformity_scores,
    fewest_windows,
    interval_bounds,
    margins,
    window_spread,
)
from dltemplates.evaluation.forecast_baselines import repeat_last
from dltemplates.evaluation.rolling_origin import window_pairs
from tests.data.small_series import small_series

LEVELS = (0.1, 0.5, 0.9)


def repeat(windows):
    return repeat_last(windows.inputs["values"], 6)


def fan(windows):
    """Quantiles that are far too narrow."""
    return repeat(windows)[..., None] + np.array([-0.1, 0.0, 0.1], "float32")


def noisy(rng, rows=4_000, names="ab"):
    series = small_series(rows=rows, names=names)
    series.values[:] = rng.normal(size=(len(names), rows)).cumsum(axis=1)
    series.values[0] *= 10.0
    return series


@pytest.fixture
def data(rng):
    return ForecastData(noisy(rng), lookback=12, horizon=6)


def measured(data, intervals, forecaster):
    windows = data.windows(*window_pairs(data, "test"))
    ends = intervals.around(forecaster(windows), windows)
    targets = windows.targets[..., 0]
    return (ends[..., 0] <= targets) & (targets <= ends[..., 1])


def test_a_margin_is_the_corrected_quantile(rng):
    """Of 20 scores, 0.9 takes the nineteenth: (20 + 1) * 0.9, rounded up."""
    errors = rng.permuted(np.tile(np.arange(1.0, 21.0)[:, None], (1, 3)), axis=0)
    signs = rng.choice([-1.0, 1.0], errors.shape)
    np.testing.assert_array_equal(margins(errors * signs, np.zeros((20, 3)), 0.9), [19.0] * 3)


def test_the_guarantee_holds_in_small_samples(rng):
    """A target like ten others lies in their 0.8 interval at least that often: 9 of 11 times."""
    errors = rng.standard_cauchy((20_000, 11))
    margin = np.array([margins(each[:10, None], np.zeros((10, 1)), 0.8)[0] for each in errors])
    assert np.mean(np.abs(errors[:, 10]) <= margin) == pytest.approx(9 / 11, abs=0.01)


def test_missing_targets_have_no_part(rng):
    targets, forecasts = rng.normal(size=(2, 50, 4))
    weights = (rng.random((50, 4)) < 0.7).astype("float32")
    expected = [
        margins(
            targets[weights[:, step] > 0, step : step + 1],
            forecasts[weights[:, step] > 0, step : step + 1],
            0.8,
        )[0]
        for step in range(4)
    ]
    targets[weights == 0] = forecasts[weights == 0]
    np.testing.assert_array_equal(margins(targets, forecasts, 0.8, weights), expected)


def test_scores_of_quantiles_are_below_zero_inside():
    ends = np.array([[[0.0, 4.0]] * 3])
    scores = conformity_scores(np.array([[-1.0, 1.0, 6.0]]), ends)
    np.testing.assert_array_equal(scores, [[1.0, -1.0, 2.0]])


@pytest.mark.parametrize(("forecaster", "quantiles"), [(repeat, ()), (fan, LEVELS)])
@pytest.mark.parametrize("coverage", [0.5, 0.9])
def test_covers_the_test_split_as_promised(data, forecaster, quantiles, coverage):
    intervals = calibrate(data, forecaster, coverage, quantiles=quantiles)
    inside = measured(data, intervals, forecaster)
    assert inside.mean() == pytest.approx(coverage, abs=0.05)
    assert np.ptp(inside.mean(axis=0)) < 0.06
    assert intervals.margins.shape == (2, 6)
    assert (np.diff(intervals.margins.mean(axis=0)) > 0).all(), "wider further ahead"


def test_quantiles_that_are_too_wide_are_narrowed(data):
    def wide(windows):
        return repeat(windows)[..., None] + np.array([-9.0, 0.0, 9.0], "float32")

    intervals = calibrate(data, wide, 0.8, quantiles=LEVELS)
    assert (intervals.margins < 0).all()
    assert measured(data, intervals, wide).mean() == pytest.approx(0.8, abs=0.05)


def test_an_interval_is_never_inside_out():
    intervals = ConformalIntervals(0.8, np.full((1, 2), -5.0, "float32"), (0, 2), 10)
    windows = Windows({"values": np.ones((1, 4), "float32"), "series": np.zeros(1, "int32")})
    ends = intervals.around(np.array([[[0.0, 0.1, 0.4], [-9.0, 0.0, 9.0]]]), windows)
    np.testing.assert_allclose(ends, [[[0.2, 0.2], [-8.5, 8.5]]])


def test_restless_windows_get_wider_intervals(rng):
    """Volatility that comes and goes: the coverage holds in calm and in storm."""
    series = small_series(rows=6_000, names="a")
    storm = np.where(np.arange(6_000) // 200 % 2, 5.0, 1.0)
    series.values[0] = rng.normal(size=6_000) * storm
    data = ForecastData(series, lookback=48, horizon=6)

    def zero(windows):
        return np.zeros((len(windows.inputs["values"]), 6), "float32")

    intervals = calibrate(data, zero, 0.9)
    windows = data.windows(*window_pairs(data, "test"))
    calm = windows.inputs["values"].std(axis=1) < 0.5
    inside = measured(data, intervals, zero)
    assert inside[calm].mean() == pytest.approx(0.9, abs=0.06)
    assert inside[~calm].mean() == pytest.approx(0.9, abs=0.06)


def test_a_flat_window_still_has_a_spread():
    assert window_spread(np.full((1, 5), 3.0))[0] == pytest.approx(0.1)


def test_series_share_margins_where_each_has_few_windows(rng):
    many = calibrate(ForecastData(noisy(rng), lookback=12, horizon=6), repeat, 0.9)
    few = calibrate(ForecastData(noisy(rng, rows=400), lookback=12, horizon=6), repeat, 0.9)
    assert not np.array_equal(many.margins[0], many.margins[1])
    np.testing.assert_array_equal(few.margins[0], few.margins[1])
    assert few.windows == 2 * len(range(80 - 6 + 1))


def test_the_test_split_has_no_part(data):
    one = calibrate(data, repeat, 0.9)
    data.scaled[:, data.splits["test"].start :] = 1e6
    np.testing.assert_array_equal(calibrate(data, repeat, 0.9).margins, one.margins)


def test_too_few_windows_are_refused():
    data = ForecastData(small_series(names="a"), lookback=8, horizon=6)
    with pytest.raises(DataError, match=r"7 forecasts of step 1 .*intervals of 90% need 9"):
        calibrate(data, repeat, 0.9)
    with pytest.raises(DataError, match=r"7 forecasts of step 1 .*intervals of 90% need 9"):
        check_calibration(data, 0.9)
    check_calibration(data, 0.8)


@pytest.mark.parametrize(("coverage", "windows"), [(0.9, 9), (0.5, 1), (0.95, 19), (0.8, 4)])
def test_fewest_windows(coverage, windows):
    assert fewest_windows(coverage) == windows
    margins(np.zeros((windows, 1)), np.zeros((windows, 1)), coverage)
    with pytest.raises(DataError, match=f"need {windows}"):
        margins(np.zeros((windows - 1, 1)), np.zeros((windows - 1, 1)), coverage)


def test_bounds():
    assert interval_bounds((0.05, 0.1, 0.5, 0.9, 0.95), 0.9) == (0, 4)
    assert interval_bounds((0.05, 0.1, 0.5, 0.9, 0.95), 0.75) == (1, 3)
    for quantiles in ((0.5,), (0.5, 0.9), (0.1, 0.5)):
        with pytest.raises(ValueError, match=r"on both sides of 0\.5"):
            interval_bounds(quantiles, 0.9)
    with pytest.raises(ValueError, match="Expected `coverage` between 0 and 1, received 1"):
        fewest_windows(1.0)
