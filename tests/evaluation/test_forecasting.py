import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import mean_pinball_loss

from dltemplates.data.forecast_data import ForecastData
from dltemplates.data.series_file import read_series
from dltemplates.evaluation.conformal import calibrate
from dltemplates.evaluation.forecast_baselines import baselines, repeat_last
from dltemplates.evaluation.forecast_scores import seasonal_errors
from dltemplates.evaluation.forecasting import Fallback, forecast_report
from dltemplates.evaluation.ridge import fit_ridge
from dltemplates.evaluation.rolling_origin import window_pairs
from tests.data.small_series import shared_file, small_series

HORIZON, SEASON = 6, 5
LEVELS = (0.1, 0.5, 0.8)


def repeat(windows):
    return repeat_last(windows.inputs["values"], HORIZON)


def fan(windows):
    return repeat(windows)[..., None] + np.array([-1.0, 0.0, 0.7], "float32")


def oracle(windows):
    return windows.targets[..., 0]


def build(missing=False, rows=2_000):
    series = small_series(rows=rows, missing=missing)
    series.values[1] *= 100.0
    return ForecastData(series, lookback=12, horizon=HORIZON, seasonal_period=SEASON)


@pytest.fixture(params=[False, True], ids=["complete", "gaps"])
def data(request):
    return build(missing=request.param)


def all_at_once(data):
    """Every window of the test split: targets, the point forecast, weights and series."""
    windows = data.windows(*window_pairs(data, "test"))
    targets = windows.targets[..., 0].astype("float64")
    weights = np.ones_like(targets) if windows.weights is None else windows.weights
    return targets, repeat(windows).astype("float64"), weights > 0, windows.inputs["series"]


def test_against_definitions(data):
    scores = forecast_report(data, "test", {"repeat": repeat}).scores["repeat"]
    targets, points, observed, _ = all_at_once(data)
    errors = (targets - points)[observed]
    assert scores.mse == pytest.approx(np.square(errors).mean())
    assert scores.mae == pytest.approx(np.abs(errors).mean())
    assert scores.crps == pytest.approx(scores.mae), "of a point forecast"
    each = [np.square(targets - points)[observed[:, step], step].mean() for step in range(HORIZON)]
    np.testing.assert_allclose(scores.mse_by_step, each)
    assert scores.coverage is None


def test_scale_free_metrics_are_those_of_the_own_unit(data):
    scores = forecast_report(data, "test", {"repeat": repeat}).scores["repeat"]
    targets, points, observed, series = all_at_once(data)
    mean, scale = data.mean[series][:, None], data.scale[series][:, None]
    targets, points = targets * scale + mean, points * scale + mean
    errors = np.abs(targets - points)
    symmetric = 200 * errors / (np.abs(targets) + np.abs(points))
    assert scores.smape == pytest.approx(symmetric[observed].mean(), rel=1e-5)
    train = pd.DataFrame(data.series.values.T).iloc[: data.splits["train"].stop]
    naive = train.diff(SEASON).abs().mean().to_numpy()
    scaled = errors / naive[series][:, None]
    assert scores.mase == pytest.approx(scaled[observed].mean(), rel=1e-5)
    each = [errors[series == index][observed[series == index]].mean() for index in range(3)]
    np.testing.assert_allclose(scores.mae_by_series, each, rtol=1e-5)


def test_quantiles_against_scikit_learn(data):
    report = forecast_report(data, "test", {"fan": fan}, quantiles=LEVELS)
    targets, points, observed, _ = all_at_once(data)
    expected = 2 * np.mean(
        [
            mean_pinball_loss(targets[observed], points[observed] + offset, alpha=level)
            for level, offset in zip(LEVELS, (-1.0, 0.0, 0.7), strict=True)
        ]
    )
    assert report.scores["fan"].crps == pytest.approx(expected, rel=1e-5)
    plain = forecast_report(data, "test", {"repeat": repeat})
    assert report.scores["fan"].mse == plain.scores["repeat"].mse, "the median is the point"


def test_coverage_by_quarter(data):
    intervals = {"fan": calibrate(data, fan, 0.7, quantiles=LEVELS)}
    report = forecast_report(data, "test", {"fan": fan}, quantiles=LEVELS, intervals=intervals)
    scores = report.scores["fan"]
    windows = data.windows(*window_pairs(data, "test"))
    ends = intervals["fan"].around(fan(windows), windows)
    targets, _, observed, _ = all_at_once(data)
    inside = (ends[..., 0] <= targets) & (targets <= ends[..., 1])
    each = [inside[observed[:, step], step].mean() for step in range(HORIZON)]
    np.testing.assert_allclose(scores.coverage_by_step, each)
    quarters = [slice(0, 2), slice(2, 4), slice(4, 5), slice(5, 6)]
    expected = [inside[:, each][observed[:, each]].mean() for each in quarters]
    np.testing.assert_allclose(scores.coverage, expected)
    assert scores.width == pytest.approx((ends[..., 1] - ends[..., 0])[observed].mean(), rel=1e-5)
    assert report.coverage == 0.7
    assert "70% intervals" in str(report)


def test_missing_values_are_never_counted():
    data = build(missing=True)
    one = forecast_report(data, "test", {"repeat": lambda w: np.zeros((len(w.targets), HORIZON))})
    data.scaled[~data.observed] = 1e6
    two = forecast_report(data, "test", {"repeat": lambda w: np.zeros((len(w.targets), HORIZON))})
    assert one.scores == two.scores
    assert one.scores["repeat"].mse < 10


def test_what_was_never_observed_has_no_score():
    series = small_series(rows=400)
    series.values[:, 320:] = np.nan
    data = ForecastData(series, lookback=12, horizon=HORIZON, seasonal_period=SEASON)
    scores = forecast_report(data, "test", {"repeat": repeat}).scores["repeat"]
    assert np.isnan([scores.mse, scores.mae, scores.smape, *scores.mse_by_step]).all()
    assert scores.mase is None


def test_a_horizon_of_one_step_has_one_quarter():
    data = ForecastData(small_series(rows=400), lookback=12, horizon=1)

    def forecaster(windows):
        return repeat_last(windows.inputs["values"], 1)

    intervals = {"repeat": calibrate(data, forecaster, 0.9)}
    report = forecast_report(data, "test", {"repeat": forecaster}, intervals=intervals)
    assert len(report.scores["repeat"].coverage) == 1


def test_a_series_that_never_changes_has_no_part_in_mase():
    series = small_series(rows=400)
    series.values[0] = 3.0
    data = ForecastData(series, lookback=12, horizon=HORIZON, seasonal_period=SEASON)
    np.testing.assert_array_equal(np.isfinite(seasonal_errors(data)), [False, True, True])
    assert np.isfinite(forecast_report(data, "test", {"repeat": repeat}).scores["repeat"].mase)
    series.values[:] = 3.0
    data = ForecastData(series, lookback=12, horizon=HORIZON, seasonal_period=SEASON)
    report = forecast_report(data, "test", {"repeat": repeat})
    assert report.scores["repeat"].mase is None
    assert report.scores["repeat"].smape == 0.0
    assert " - " in str(report)


def test_says_whether_the_network_earns_its_place(data):
    ridge = fit_ridge(data)
    good = forecast_report(data, "test", {"network": oracle, **baselines(data, ridge)})
    assert list(good.scores) == ["network", "ridge", "seasonal-naive", "repeat"]
    assert "The network beats every baseline; its MSE is 100.0% below that of ridge." in str(good)
    bad = forecast_report(data, "test", {"network": repeat, **baselines(data, ridge)})
    assert "The network does not beat ridge by MSE (" in bad.verdict()
    assert "nor ridge by MAE (" in bad.verdict()
    same = forecast_report(data, "test", {"network": repeat, "repeat": repeat})
    assert "does not beat repeat" in same.verdict()
    assert forecast_report(data, "test", {"network": repeat}).verdict() == ""


def test_a_network_that_is_a_baseline_is_not_compared_with_it(data):
    ridge = fit_ridge(data)
    one, *_, repeating = baselines(data, ridge).values()
    forecasters = {"network": one, **baselines(data, ridge)}
    fallback = Fallback(("ridge",), "It is the regression.")
    report = forecast_report(data, "test", forecasters, fallback=fallback)
    assert report.verdict().startswith("It is the regression. The network")
    assert "ridge" not in report.verdict()
    assert "every other baseline" in report.verdict()
    assert report.verdict() in str(report)
    assert json.loads(json.dumps(report.as_dict()))["fallback"]["baselines"] == ["ridge"]
    alone = {"network": repeating, "repeat": repeating}
    fallback = Fallback(("repeat",), "It repeats.")
    assert forecast_report(data, "test", alone, fallback=fallback).verdict() == "It repeats."


def test_a_hair_s_breadth_is_no_victory(data):
    def nearly(windows):
        return 1e-4 * windows.targets[..., 0] + (1 - 1e-4) * repeat(windows)

    report = forecast_report(data, "test", {"network": nearly, "repeat": repeat})
    assert report.scores["network"].mse < report.scores["repeat"].mse
    assert "does not beat repeat" in report.verdict()


def test_a_network_that_diverged_does_not_beat_anything(data):
    def diverged(windows):
        return np.full((len(windows.targets), HORIZON), np.nan)

    report = forecast_report(data, "test", {"network": diverged, "repeat": repeat})
    assert report.verdict().startswith("The network does not beat repeat by MSE (nan against")


def test_written_forms(data, tmp_path):
    intervals = {"network": calibrate(data, repeat, 0.9)}
    forecasters = {"network": repeat, **baselines(data)}
    report = forecast_report(data, "test", forecasters, intervals=intervals)
    again = json.loads(json.dumps(report.as_dict()))
    assert again["scores"]["network"]["coverage"] == report.scores["network"].coverage
    assert not any("_by_" in name for name in again["scores"]["repeat"])
    assert again["series"] == 3
    assert again["verdict"] == report.verdict()
    assert again["windows"] == 3 * again["origins"] == 3 * (400 - HORIZON + 1)
    report.write_steps(tmp_path / "steps.csv")
    table = pd.read_csv(tmp_path / "steps.csv", index_col="step")
    assert list(table.index) == [1, 2, 3, 4, 5, 6]
    assert list(table)[:4] == [
        "network mse",
        "network mae",
        "network coverage",
        "seasonal-naive mse",
    ]
    np.testing.assert_allclose(table["repeat mae"], report.scores["repeat"].mae_by_step)
    report.write_series(tmp_path / "series.csv")
    table = pd.read_csv(tmp_path / "series.csv", index_col="series")
    assert list(table.index) == ["a", "b", "c"]
    assert table["repeat mae"]["b"] > 50 * table["repeat mae"]["a"]


def test_a_season_that_the_lookback_does_not_hold_is_told():
    data = ForecastData(small_series(rows=400), lookback=12, horizon=HORIZON)
    report = forecast_report(data, "test", {"repeat": repeat})
    assert "a season has 24 rows (data.seasonal_period), the lookback only 12" in str(report)
    assert report.as_dict()["notes"] == report.notes
    data = ForecastData(small_series(rows=400), lookback=24, horizon=HORIZON)
    assert forecast_report(data, "test", {"repeat": repeat}).notes == ()


def test_a_limit_is_told(data):
    report = forecast_report(data, "test", {"repeat": repeat}, limit=300)
    assert report.windows == 300
    assert "300 windows of 395 origins and 3 series" in str(report)


def test_refusals(data):
    with pytest.raises(ValueError, match="at least one forecaster"):
        forecast_report(data, "test", {})
    with pytest.raises(
        ValueError, match=r"shape \(1024, 6\) from 'network', received \(1024, 6, 3\)"
    ):
        forecast_report(data, "test", {"network": fan})


def test_known_figures_of_etth1():
    """The published protocol: naive forecasts to the digit, and ridge no worse than its figure."""
    series = read_series(shared_file("ETTh1.csv"))
    data = ForecastData(
        series, lookback=336, horizon=96, train_end=8640, validation_end=11520, test_end=14400
    )
    forecasters = baselines(data, fit_ridge(data))
    intervals = {"ridge": calibrate(data, forecasters["ridge"], 0.9)}
    report = forecast_report(data, "test", forecasters, intervals=intervals)
    assert (report.origins, report.windows) == (2_785, 19_495)
    found = {name: (round(each.mse, 3), round(each.mae, 3)) for name, each in report.scores.items()}
    assert found["repeat"] == (1.294, 0.713)
    assert found["seasonal-naive"] == (0.512, 0.433)
    assert found["ridge"][0] <= 0.373
    assert found["ridge"][1] <= 0.396
    assert all(0.87 <= share <= 0.93 for share in report.scores["ridge"].coverage)
