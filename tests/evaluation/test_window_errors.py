import numpy as np
import pytest

from dltemplates.data.forecast_data import ForecastData
from dltemplates.evaluation.forecasting import forecast_report
from dltemplates.evaluation.window_errors import WindowErrors
from tests.data.small_series import small_series


def make_data(**kinds):
    return ForecastData(small_series(**kinds), lookback=8, horizon=4)


def watched(data, errors, forecaster, quantiles=()):
    def ask(windows):
        forecasts = forecaster(windows)
        errors.add(windows, forecasts)
        return forecasts

    return forecast_report(data, "test", {"ours": ask}, quantiles=quantiles)


@pytest.mark.parametrize("missing", [False, True])
def test_the_errors_of_windows_add_up_to_those_of_the_report(missing):
    data = make_data(missing=missing)
    errors = WindowErrors(data, "test")
    report = watched(data, errors, lambda windows: np.zeros((len(windows.inputs["values"]), 4)))
    windows = data.windows(errors.origins, errors.series)
    weights = np.full(len(errors.mae), 4.0) if windows.weights is None else windows.weights.sum(1)
    mean = np.nansum(errors.mae * weights) / weights.sum()
    assert mean == pytest.approx(report.scores["ours"].mae)
    assert errors.below == []


def test_examples_are_the_best_the_median_and_the_worst():
    data = make_data()
    errors = WindowErrors(data, "test")
    watched(data, errors, lambda windows: np.zeros((len(windows.inputs["values"]), 4)))
    shown = errors.examples()
    assert list(shown) == ["best", "median", "worst"]
    mae = errors.mae
    assert mae[shown["best"]] == mae.min() and mae[shown["worst"]] == mae.max()
    assert (mae < mae[shown["median"]]).sum() == len(mae) // 2


def test_no_window_is_shown_twice_and_gaps_only_if_all_have_some():
    data = make_data(missing=True)
    errors = WindowErrors(data, "test")
    watched(data, errors, lambda windows: np.zeros((len(windows.inputs["values"]), 4)))
    weights = data.windows(errors.origins, errors.series).weights.sum(axis=1)
    shown = list(errors.examples().values())
    assert (weights[shown] == weights.max()).all()
    assert len(set(shown)) == len(shown)

    data = make_data()
    one = WindowErrors(data, "test", limit=1)
    one.add(data.windows(one.origins, one.series), np.zeros((1, 4)))
    assert one.examples() == {"best": 0}


def test_shares_below_quantiles():
    data = make_data()
    errors = WindowErrors(data, "test", quantiles=(0.1, 0.5, 0.9))
    levels = np.array([-100.0, 0.0, 100.0])  # below all, somewhere, above all
    ask = lambda windows: np.tile(levels, (len(windows.inputs["values"]), 4, 1))  # noqa: E731
    watched(data, errors, ask, quantiles=(0.1, 0.5, 0.9))
    low, middle, high = errors.below
    targets = data.windows(errors.origins, errors.series).targets
    assert (low, high) == (0.0, 1.0)
    assert middle == pytest.approx((targets <= 0.0).mean())
