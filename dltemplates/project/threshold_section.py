"""The part of a page that shows what other thresholds of a detector would do."""

import numpy as np
from markupsafe import Markup

from dltemplates.evaluation.charts import line_chart
from dltemplates.evaluation.report_page import Section, code, figure, note, paragraph, table
from dltemplates.evaluation.threshold_tradeoff import (
    ThresholdPoint,
    threshold_tradeoff,
    usual_rates,
)
from dltemplates.project.judged_test import JudgedTest

_FAR_FROM = 2.0
_MOSTLY = 0.5


def threshold_section(judged: JudgedTest, merge_gap: int, rows_per_day: float | None) -> Section:
    """What is found and cried at other rates, and which rates the held-out rows can tell.

    Args:
        judged: The test rows.
        merge_gap: See `alarm_events`.
        rows_per_day: Rows of a day; None for a table.
    """
    points = threshold_tradeoff(
        judged.normal,
        judged.raw,
        judged.labels,
        usual_rates(judged.normal.finest, judged.rate),
        rows_per_day=rows_per_day,
        merge_gap=merge_gap,
    )
    return Section("Other thresholds", _thresholds(points, judged, rows_per_day))


def _thresholds(
    points: list[ThresholdPoint], judged: JudgedTest, per_day: float | None
) -> list[Markup]:
    """What is found and cried at other rates, and which rates the held-out rows can tell."""
    rates = np.log10([point.rate for point in points])
    labelled = judged.labels is not None
    lines: dict[str, tuple] = {}
    what = "share"
    caption = "−2 is 1% of normal rows."
    if labelled:
        found = "events found" if per_day is not None else "anomalous rows found"
        lines[found] = rates, _floats(points, "recall")
        lines["normal rows that alarm"] = rates, _floats(points, "false_alarm_rate")
        lines["as set"] = rates, 10.0**rates
    elif per_day is not None:
        lines["alarms"] = rates, _floats(points, "alarms_per_day")
        what = "alarms a day, merged"
    else:
        lines["rows that alarm"] = rates, _floats(points, "alarm_share")
        lines["as set"] = rates, 10.0**rates
    chart = line_chart(
        lines,
        title="What other thresholds find and cry",
        x_label="false-alarm rate that is set, as a power of ten",
        y_label=what,
        marks={float(np.log10(judged.rate)): "now"},
    )
    change = Markup("{} changes the threshold without training.").format(
        code("threshold --false-alarm-rate RATE")
    )
    warning = (
        "A threshold that is chosen by this table has seen the test rows: its figures flatter."
    )
    return [
        *_resolution(judged),
        figure(chart, caption),
        _point_table(points, judged.rate, per_day is not None),
        paragraph(Markup("{} {}").format(change, warning if labelled else "")),
    ]


def _resolution(judged: JudgedTest) -> list[Markup]:
    """What held-out normal data can and cannot tell of a threshold."""
    normal, rate = judged.normal, judged.rate
    words = f"The threshold rests on {normal.count:,} held-out normal scores, worth "
    words += f"{normal.effective:,} independent ones. False-alarm rates from "
    words += f"{1.0 / normal.effective:.2g} on are measured; down to {normal.finest:.2g} they are "
    words += "extrapolated, and may be several times what is said; finer ones are refused."
    blocks = [paragraph(words)]
    if caution := normal.caution(rate):
        blocks.append(note("This threshold is an extrapolation", caution))
    return [*blocks, *_excess(judged)]


def _excess(judged: JudgedTest) -> list[Markup]:
    """Says so where test rows alarm far more often than asked for, and why they may."""
    rate, alarm, labels = judged.rate, judged.alarm, judged.labels
    wrong = alarm if labels is None else alarm & (labels == 0)
    count = len(alarm) if labels is None else int((labels == 0).sum())
    share = float(wrong.sum() / max(count, 1))
    if share <= _FAR_FROM * rate:
        return []
    which = "Test rows" if labels is None else "Normal test rows"
    words = f"{which} alarm {share / rate:.1f} times as often as asked ({share:.2%} against "
    words += f"{rate:.2%}): "
    if labels is None:
        words += "there are anomalies among them, or rows unlike the held-out ones."
    elif judged.window and (after := _after_events(labels, judged.window)[wrong].mean()) > _MOSTLY:
        words += (
            f"{after:.0%} of these come within a window of {judged.window} rows after a labelled "
        )
        words += "event, which the window still reaches back into."
    else:
        words += "they differ from the held-out ones."
    return [note("More alarms than asked for", words)]


def _after_events(labels: np.ndarray, window: int) -> np.ndarray:
    """bool, `(rows,)`: whether an anomalous row is among the last `window` rows."""
    counts = np.concatenate([[0], np.cumsum(labels != 0)])
    rows = np.arange(len(labels))
    return counts[rows + 1] > counts[np.maximum(rows + 1 - window, 0)]


def _point_table(points: list[ThresholdPoint], rate: float, series: bool) -> Markup:
    """One row in a few of the points, the threshold that is set among them."""
    now = next(place for place, point in enumerate(points) if point.rate == rate)
    step = max(1, len(points) // 10)
    chosen = sorted({*range(0, len(points), step), now})
    labelled = points[0].false_alarm_rate is not None
    header = ["rate set"]
    header += ["found", "false"] if labelled else ["rows that alarm"]
    if series:
        header.append("false a day" if labelled else "alarms a day")
    rows = []
    for place in chosen:
        point = points[place]
        row: list[str | None] = [f"{point.rate:.2g}" + (" (now)" if place == now else "")]
        row += (
            [share_cell(point.recall), share_cell(point.false_alarm_rate)]
            if labelled
            else [share_cell(point.alarm_share)]
        )
        if series:
            a_day = point.false_alarms_per_day if labelled else point.alarms_per_day
            row.append(number_cell(a_day, ".2f"))
        rows.append(row)
    return table(header, rows)


def _floats(points: list[ThresholdPoint], name: str) -> np.ndarray:
    return np.array([getattr(point, name) for point in points], "float64")  # None becomes NaN


def number_cell(value: float | None, form: str = ".3f") -> str | None:
    """A number in a table; None of what cannot be told."""
    return None if value is None else f"{value:{form}}"


def share_cell(value: float | None) -> str | None:
    """A share in a table; None of what cannot be told."""
    if value is None:
        return None
    return f"{value:.1%}" if value >= 0.1 else f"{value:.2%}"
