"""The part of a page that shows what a detector says of the test rows, one by one."""

import numpy as np
from markupsafe import Markup

from dltemplates.evaluation.anomaly_events import Event, spans
from dltemplates.evaluation.charts import bar_chart, line_chart
from dltemplates.evaluation.report_page import Section, details, figure, paragraph, table
from dltemplates.project.judged_test import JudgedTest

_HIGHEST = 9.0  # power of ten that is drawn
_BARS = 12
_EVENTS, _MORE = 12, 100
_BINS = 40
_STRONGEST = 3


def score_sections(judged: JudgedTest, merge_gap: int) -> list[Section]:
    """The scores with what they led to, and the columns behind them."""
    events = judged.events(merge_gap)
    return [
        Section("Scores of the test rows", _scores(judged, events)),
        Section("What makes it alarm", _guilty(judged)),
    ]


def _scores(judged: JudgedTest, events: list[Event]) -> list[Markup]:
    """The scores in time with labels and alarms; of a table, how many rows have which score."""
    height = np.minimum(judged.height, _HIGHEST)
    level = {float(-np.log10(judged.rate)): f"alarm: {judged.rate:.3g}"}
    words = f"{int(judged.alarm.sum()):,} of {len(height):,} test rows alarm"
    if judged.times is None:
        chart, caption = _histogram(judged, height)
        return [paragraph(f"{words}."), figure(chart, caption)]
    words += f", in {len(events):,} event{'s' if len(events) != 1 else ''}."
    times = judged.times.tz_localize(None).to_numpy()
    above = np.full(int(judged.alarm.sum()), _HIGHEST + 0.5)  # alarms stand above all scores
    labelled = []
    if judged.labels is not None:
        labelled = [(times[each.start], times[each.stop - 1]) for each in spans(judged.labels != 0)]
    chart = line_chart(
        {"score": (times, height)},
        title="How rare each test row is among normal ones, with alarms and labels",
        y_label="rarity, as a power of ten",
        points={"alarms": (times[judged.alarm], above)} if len(above) else None,
        spans={"labelled anomalous": labelled} if labelled else None,
        levels=level,
    )
    caption = "3 is a row as one normal row in 1,000. What reaches the dashed line alarms."
    if float(judged.height.max()) > _HIGHEST:
        caption += f" Rarer rows than {_HIGHEST:.0f} are drawn there."
    return [paragraph(words), figure(chart, caption), *_event_table(judged, events)]


def _histogram(judged: JudgedTest, height: np.ndarray) -> tuple[Markup, str]:
    """The share of normal and of anomalous rows by score."""
    edges = np.linspace(0.0, max(float(height.max()), 1.0), _BINS + 1)
    kinds = {"rows": np.ones(len(height), bool)}
    if judged.labels is not None:
        kinds = {"labelled normal": judged.labels == 0, "labelled anomalous": judged.labels != 0}
    lines = {}
    for name, chosen in kinds.items():
        if chosen.any():
            shares = np.histogram(height[chosen], edges)[0] / chosen.sum()
            lines[name] = (np.repeat(edges, 2)[1:-1], np.repeat(100.0 * shares, 2))
    chart = line_chart(
        lines,
        title="Share of test rows by how rare they are among normal ones",
        x_label="rarity, as a power of ten",
        y_label="% of these rows",
        marks={float(-np.log10(judged.rate)): f"alarm: {judged.rate:.3g}"},
    )
    caption = "3 is a row as one normal row in 1,000. What is right of the dashed line alarms."
    return chart, caption


def _event_table(judged: JudgedTest, events: list[Event]) -> list[Markup]:
    """The rarest events, with what they show and whether they are labelled."""
    assert judged.times is not None
    header = ["from", "rows", "rarity", "strongest"]
    if judged.labels is not None:
        header.insert(1, "label")
    rows = []
    for each in sorted(events, key=lambda event: -event.score)[: _EVENTS + _MORE]:
        inside = slice(each.start, each.stop)
        shares = judged.attribution[inside][judged.alarm[inside]].mean(axis=0)
        names = [judged.names[place] for place in np.argsort(-shares, kind="stable")[:_STRONGEST]]
        day, hour = f"{judged.times[each.start]:%Y-%m-%d %H:%M:%S}".split()
        start = Markup('<span style="white-space:nowrap">{}</span> {}').format(day, hour)
        rarity = f"{min(each.score, _HIGHEST):.1f}"
        row = [start, each.stop - each.start, rarity, ", ".join(names)]
        if judged.labels is not None:
            row.insert(1, "anomalous" if judged.labels[inside].any() else "normal")
        rows.append(row)
    if not rows:
        return []
    blocks = [table(header, rows[:_EVENTS], "Alarms, the rarest first.")]
    if len(rows) > _EVENTS:
        more = table(header, rows[_EVENTS:])
        blocks.append(details(f"{len(rows) - _EVENTS:,} alarms more", more))
    return blocks


def _guilty(judged: JudgedTest) -> list[Markup]:
    """Which columns have the largest shares of the error where it alarms."""
    if not judged.alarm.any():
        return [paragraph("No test row alarms.")]
    shares = judged.attribution[judged.alarm].mean(axis=0)
    order = np.argsort(-shares, kind="stable")
    bars = {judged.names[place]: float(shares[place]) for place in order[:_BARS]}
    title = "Share of each column in the error of rows that alarm"
    chart = bar_chart(bars, title=title, say="{:.1%}".format)
    caption = "Mean share in the reconstruction error of the rows that alarm."
    if len(order) > _BARS:
        caption += f" The {_BARS} largest of {len(order):,}."
    words = (
        "A column with a large share was reconstructed badly; the cause may lie in another that "
    )
    words += "it depends on."
    return [figure(chart, caption), paragraph(words)]
