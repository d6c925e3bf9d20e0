"""What a page says of a forecaster: beside baselines, step by step, window by window."""

from typing import Any

import keras
import numpy as np
from markupsafe import Markup

from dltemplates.data.forecast_data import ForecastData
from dltemplates.errors import DataError
from dltemplates.evaluation.charts import line_chart
from dltemplates.evaluation.forecasting import ForecastReport
from dltemplates.evaluation.report_page import (
    Section,
    details,
    figure,
    lead,
    note,
    paragraph,
    table,
)
from dltemplates.evaluation.window_errors import WindowErrors
from dltemplates.export.forecaster import series_names
from dltemplates.project.forecaster import quantiles_of, report_on
from dltemplates.project.interval_sections import example_section, interval_section

LEARNED = "What was learned"
MOST = 10_000  # windows of a split that a page is made of
_SERIES = 20
_TITLES = {
    "best": "The best",
    "median": "The median",
    "worst": "The worst",
}


def forecast_sections(
    _project: Any, _run: Any, model: keras.Model, data: ForecastData, _config: Any
) -> list[Section]:
    """The sections of a forecaster.

    Of more than 10,000 windows as many are forecast, evenly spread over times and series, and the
    page says so.

    Raises:
        DataError: The data's series are not the model's.
    """
    if series_names(model) != data.series.names:
        raise DataError(
            f"The data's {len(data.series.names):,} series are not the "
            f"{len(series_names(model)):,} that the run was trained on.",
            where=data.series.where,
            hint="Report with the data that the run was trained on.",
        )
    split = "test" if data.splits["test"] else "validation"
    if not data.splits[split]:
        words = "No rows were held out, so nothing can be said of what this run is worth."
        return [Section(LEARNED, [lead(words)])]
    errors = WindowErrors(data, split, MOST, quantiles_of(model))
    report = report_on(model, data, split, limit=MOST, watch=errors.add)
    if not np.isfinite(errors.mae).any():
        words = f"No value of the {split} split was observed, so there is nothing to compare with."
        return [Section(LEARNED, [lead(words)])]
    return [
        Section(LEARNED, _baselines(report)),
        Section("Error ahead", _steps(report)),
        example_section(errors, model, data, report.coverage),
        interval_section(report, errors),
        Section("Series", _each_series(report)),
    ]


def _split_note(split: str) -> list[Markup]:
    if split == "test":
        return []
    words = (
        "There is no test split, so this is measured on validation, which chose the weights and "
    )
    words += "set the intervals: it flatters the model, and the coverage says little."
    return [note("Measured on other rows than it should be", words)]


def _baselines(report: ForecastReport) -> list[Markup]:
    """Scores, and in words who won."""
    verdict = report.verdict()
    header = ["", "MSE", "MAE", "MASE", "sMAPE"]
    rows = [
        [name, _three(each.mse), _three(each.mae), _three(each.mase), f"{each.smape:.1f}%"]
        for name, each in report.scores.items()
    ]
    units = "MSE and MAE are of scaled values"
    if any(each.crps != each.mae for each in report.scores.values()):  # else all are points
        header.append("CRPS")
        rows = [
            [*row, _three(each.crps)]
            for row, each in zip(rows, report.scores.values(), strict=True)
        ]
        units = "MSE, MAE and CRPS are of scaled values"
    every = report.origins * len(report.series)
    count = f"{report.windows:,} windows of the {report.split} split"
    if report.windows < every:
        count += f", evenly spread over its {every:,}"
    count += f": {report.horizon:,} steps ahead from {report.lookback:,}."
    units += (
        ": 1 is a series' standard deviation in training. MASE below 1 beats the seasonal-naive "
    )
    units += "forecast in the training rows."
    return [
        lead(verdict),
        *_split_note(report.split),
        table(header, rows, count),
        paragraph(units),
        *(paragraph(each) for each in report.notes),
    ]


def _steps(report: ForecastReport) -> list[Markup]:
    """The error at each step of the horizon."""
    if report.horizon == 1:
        return []
    steps = np.arange(1, report.horizon + 1)
    lines = {name: (steps, each.mae_by_step) for name, each in report.scores.items()}
    chart = line_chart(
        lines,
        title="Mean absolute error at each step ahead",
        x_label="steps ahead",
        y_label="MAE, scaled",
    )
    caption = "The lower, the better, at each step ahead."
    return [*map(paragraph, _where_it_wins(report)), figure(chart, caption)]


def _where_it_wins(report: ForecastReport) -> list[str]:
    """At how many steps the network is better than the best of the baselines that it is not."""
    name, *others = report.scores
    same = report.fallback.baselines if report.fallback else ()
    errors = [report.scores[other].mae_by_step for other in others if other not in same]
    ours = np.array(report.scores[name].mae_by_step)
    known = np.isfinite(ours)
    if not errors or not known.any():
        return []
    ours, best = ours[known], np.array(errors)[:, known].min(axis=0)
    every = "every other baseline" if same else "every baseline"
    words = f"The {name} is better than {every} at {(ours < best).sum():,} of {len(ours):,} steps."
    if ours[0] > 0:
        words += f" Its error at the last step is {ours[-1] / ours[0]:.1f} times that at the first."
    return [words]


def _each_series(report: ForecastReport) -> list[Markup]:
    """The error of each series in its own unit, where the network does worst first."""
    if len(report.series) < 2:
        return []
    same = report.fallback.baselines if report.fallback else ()  # their figures are the network's
    scores = {name: each for name, each in report.scores.items() if name not in same}
    if len(scores) < 2:
        return []
    names = list(scores)
    errors = np.array([each.mae_by_series for each in scores.values()])
    best = errors[1:].min(axis=0)  # all are of the same windows, or NaN
    ratio = np.divide(errors[0], best, where=best > 0, out=np.full(len(report.series), np.nan))
    order = np.argsort(np.where(np.isfinite(ratio), -ratio, np.inf), kind="stable")
    rows = [
        [report.series[place], *errors[:, place].tolist(), float(ratio[place])] for place in order
    ]
    wins = int((ratio < 1.0).sum())
    header = ["series", *names, "network / best baseline"]
    words = f"The network beats the best baseline in {wins:,} of {len(rows):,} series."
    caption = "Mean absolute error in each series' own unit; where the network does worst, first."
    blocks = [paragraph(words), table(header, rows[:_SERIES], caption)]
    if len(rows) > _SERIES:
        more = table(header, rows[_SERIES:])
        blocks.append(details(f"{len(rows) - _SERIES:,} series more", more))
    return blocks


def _three(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}"
