"""What the page says of a forecaster, on networks that were never trained."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from dltemplates.data.forecast_data import ForecastData
from dltemplates.errors import DataError
from dltemplates.evaluation.forecasting import Fallback
from dltemplates.evaluation.report_page import page
from dltemplates.export.forecaster import finish_forecaster
from dltemplates.project import forecast_sections
from dltemplates.project.forecaster import report_on
from tests.data.small_series import small_series
from tests.export.test_forecaster import HORIZON, LOOKBACK, make_intervals, make_network


def sections_of(series=None, quantiles=(), intervals=True, **kinds):
    settings = {"lookback": LOOKBACK, "horizon": HORIZON, **kinds}
    data = ForecastData(small_series() if series is None else series, **settings)
    around = make_intervals(data, (0, 2) if quantiles else None) if intervals else None
    model = finish_forecaster(make_network(data, quantiles), data, around)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        found = forecast_sections.forecast_sections(None, None, model, data, None)
    page("Run", "test", found)
    return {each.title: "".join(each.blocks) for each in found}, model, data


def test_every_part_is_there_and_the_figures_are_those_of_evaluate():
    found, model, data = sections_of()
    report = report_on(model, data, "test")
    scores = report.scores["network"]
    assert f"{scores.mse:.3f}" in found["What was learned"]
    assert report.verdict() in found["What was learned"]
    assert "Measured on other rows" not in found["What was learned"]
    assert found["Forecasts"].count("<svg") == 3
    assert found["Forecasts"].count('class="area') == 3
    assert f"hold {np.mean(scores.coverage_by_step):.1%}" in found["Intervals"]
    assert "too narrow" in found["Intervals"]
    assert "CRPS" not in found["What was learned"]


def test_where_it_loses_most_comes_first():
    found, model, data = sections_of()
    scores = report_on(model, data, "test").scores
    best = np.minimum(scores["ridge"].mae_by_series, scores["repeat"].mae_by_series)
    ratio = np.array(scores["network"].mae_by_series) / best
    names = [data.series.names[place] for place in np.argsort(-ratio)]
    places = [found["Series"].index(f"<td>{name}</td>") for name in names]
    assert places == sorted(places)
    assert f"in {(ratio < 1).sum()} of 3 series" in found["Series"]


def test_quantiles_have_their_own_chart():
    found, *_ = sections_of(quantiles=(0.1, 0.5, 0.9))
    assert "CRPS" in found["What was learned"]
    assert "lay below" in found["Intervals"]
    assert found["Intervals"].count("<svg") == 2


@pytest.mark.parametrize(
    ("kinds", "title", "words"),
    [
        ({"test_fraction": 0.0}, "What was learned", "There is no test split"),
        ({"intervals": False}, "Intervals", "no intervals"),
        ({"seasonal_period": 100}, "What was learned", "There is no seasonal-naive baseline"),
        ({"horizon": 1, "lookback": 8}, "Forecasts", "The worst"),
    ],
)
def test_odd_runs(kinds, title, words, monkeypatch):
    if "horizon" in kinds:
        monkeypatch.setattr("tests.export.test_forecaster.HORIZON", 1)
    found, *_ = sections_of(**kinds)
    assert words in found[title]


def test_nothing_observed_is_said():
    series = small_series(missing=True)
    series.values[:, -15:] = np.nan
    found, *_ = sections_of(series)
    assert list(found) == ["What was learned"]
    assert "No value of the test split was observed" in found["What was learned"]


def test_gaps_constant_values_covariates_and_time_zones():
    gappy = small_series(missing=True, covariates=True, ahead=HORIZON)
    gappy.values[:, -1] = np.nan  # the last step of one window
    assert "Forecasts" in sections_of(gappy)[0]
    constant = small_series()
    constant.values[:] = 3.0
    assert "hold 100.0%" in sections_of(constant)[0]["Intervals"]
    zoned = replace(small_series(), times=small_series().times.tz_localize("UTC"))
    assert "+00:00" in sections_of(zoned)[0]["Forecasts"]


def test_of_many_windows_some_are_forecast(monkeypatch):
    monkeypatch.setattr(forecast_sections, "MOST", 12)
    found, *_ = sections_of()
    assert "12 windows of the test split, evenly spread over its 27" in found["What was learned"]


def test_a_baseline_that_the_network_became_is_not_compared(monkeypatch):
    _, model, data = sections_of()
    report = replace(report_on(model, data, "test"), fallback=Fallback(("ridge",), "It is ridge."))
    monkeypatch.setattr(forecast_sections, "report_on", lambda *_, watch, **__: watched(watch))

    def watched(watch):
        report_on(model, data, "test", watch=watch)
        return report

    found = forecast_sections.forecast_sections(None, None, model, data, None)
    parts = {each.title: "".join(each.blocks) for each in found}
    assert "better than every other baseline" in parts["Error ahead"]
    assert "ridge" not in parts["Series"] and "repeat" in parts["Series"]


def test_other_series_than_the_model_s_are_refused():
    _, model, data = sections_of()
    other = ForecastData(data.series.take(["a", "c"]), lookback=LOOKBACK, horizon=HORIZON)
    with pytest.raises(DataError, match="are not the 3"):
        forecast_sections.forecast_sections(None, None, model, other, None)
