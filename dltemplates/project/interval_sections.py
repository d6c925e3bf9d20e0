"""The parts of a page that show single forecasts, and whether intervals hold what they promise."""

import keras
import numpy as np
from markupsafe import Markup

from dltemplates.data.forecast_data import ForecastData
from dltemplates.evaluation.charts import line_chart
from dltemplates.evaluation.forecasting import ForecastReport
from dltemplates.evaluation.report_page import Section, code, figure, lead, paragraph, table
from dltemplates.evaluation.window_errors import WindowErrors
from dltemplates.export.forecaster import raw_window
from dltemplates.project.forecaster import KerasForecaster

_HISTORY = 1.0  # horizons before a forecast that are drawn
_LEAST_HISTORY = 24  # rows
_FAR = 0.05  # of coverage, from what was promised
_TITLES = {"best": "The best", "median": "The median", "worst": "The worst"}


def example_section(
    errors: WindowErrors, model: keras.Model, data: ForecastData, coverage: float | None
) -> Section:
    """The best, the median and the worst forecast."""
    return Section("Forecasts", _examples(errors, model, data, coverage))


def interval_section(report: ForecastReport, errors: WindowErrors) -> Section:
    """How much of what came was in the intervals, and below each quantile."""
    return Section("Intervals", _intervals(report, errors))


def _examples(
    errors: WindowErrors, model: keras.Model, data: ForecastData, coverage: float | None
) -> list[Markup]:
    """Fan charts of the best, the median and the worst window, in the data's own unit."""
    asked = KerasForecaster(model)
    words = (
        "The best, the median and the worst window by mean absolute error on scaled values. What "
    )
    words += "stands before a forecast is the end of what it was made from."
    if coverage is not None:
        words += f" The band should hold {coverage:.0%} of what comes."
    blocks = [paragraph(words)]
    for name, window in errors.examples().items():
        origin, place = int(errors.origins[window]), int(errors.series[window])
        answer = asked.answer(raw_window(data.series, data.lookback, data.horizon, origin))
        chart = _fan(data, origin, place, {key: each[0, :, place] for key, each in answer.items()})
        caption = f"{_TITLES[name]}: {data.series.names[place]}, from "
        caption += f"{data.series.times[origin]}, scaled MAE {errors.mae[window]:.3g}."
        blocks.append(figure(chart, caption))
    return blocks


def _fan(data: ForecastData, origin: int, place: int, answer: dict[str, np.ndarray]) -> Markup:
    """One forecast with its interval, what came, and what came before."""
    history = max(_LEAST_HISTORY, round(_HISTORY * data.horizon))
    start = max(0, origin - min(history, data.lookback))
    rows = slice(start, origin + data.horizon)
    times = data.series.times_until(rows.stop).tz_localize(None).to_numpy()
    # The line of the forecast begins at the last value, or there would be a gap.
    joint = slice(origin - 1, rows.stop)
    last = data.series.values[place, origin - 1 : origin]
    bands = {}
    if "lower" in answer:
        ends = (np.concatenate([last, answer[end]]) for end in ("lower", "upper"))
        bands["forecast"] = (times[joint], *ends)
    return line_chart(
        {
            "what came": (times[rows], data.series.values[place, rows]),
            "forecast": (times[joint], np.concatenate([last, answer["forecast"]])),
        },
        title=f"{data.series.names[place]} from {data.series.times[origin]}",
        y_label="the data's unit",
        bands=bands,
        marks={times[origin]: "forecast"},
    )


def _intervals(report: ForecastReport, errors: WindowErrors) -> list[Markup]:
    """Whether intervals hold what they promise, and quantiles too."""
    scores = next(iter(report.scores.values()))
    if report.coverage is None or scores.coverage is None or scores.coverage_by_step is None:
        return [paragraph("This forecaster has no intervals.")]
    share = float(np.nanmean(scores.coverage_by_step))
    words = f"Intervals that should hold {report.coverage:.0%} of what comes hold {share:.1%}. "
    if abs(share - report.coverage) <= _FAR:
        words += "They can be taken at their word."
    elif share > report.coverage:
        words += (
            "They are wider than they need be: these rows were easier than those of validation."
        )
    else:
        words += "They are too narrow: these rows differ from those of validation, which set them."
    blocks = [lead(words)]
    if share < report.coverage - _FAR:
        blocks.append(
            paragraph(
                Markup("Ask for more with {}, or validate on rows nearer to the test.").format(
                    code("model.coverage")
                )
            )
        )
    if report.horizon > 1:
        chart = line_chart(
            {"share in the interval": (range(1, report.horizon + 1), scores.coverage_by_step)},
            title="Share of what came in the interval, at each step ahead",
            x_label="steps ahead",
            y_label="share in the interval",
            levels={report.coverage: "promised"},
        )
        blocks.append(figure(chart, "On the dashed line an interval holds what it promises."))
    parts = np.array_split(np.arange(1, report.horizon + 1), len(scores.coverage))
    rows = [
        [f"{steps[0]} to {steps[-1]}", _percent(share)]
        for steps, share in zip(parts, scores.coverage, strict=True)
    ]
    blocks.append(table(["steps ahead", "in the interval"], rows))
    blocks.append(paragraph(f"Mean width of the intervals, on scaled values: {scores.width:.3g}."))
    return [*blocks, *_quantiles(errors)]


def _quantiles(errors: WindowErrors) -> list[Markup]:
    """How often what came lay below each quantile."""
    if not errors.below:
        return []
    chart = line_chart(
        {"as promised": ([0.0, 1.0], [0.0, 1.0]), "this model": (errors.levels, errors.below)},
        title="Share of what came below each quantile",
        x_label="quantile",
        y_label="share that lay below",
        points={"this model": (errors.levels, errors.below)},
    )
    caption = (
        "Quantiles of the network before its intervals were widened: on the diagonal they are "
    )
    caption += "right, above it too high."
    rows = [
        [f"{level:g}", _percent(share)]
        for level, share in zip(errors.levels, errors.below, strict=True)
    ]
    return [figure(chart, caption), table(["quantile", "lay below"], rows)]


def _percent(share: float) -> str:
    return f"{share:.1%}" if np.isfinite(share) else "–"
