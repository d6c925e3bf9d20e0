import re
from xml.etree import ElementTree

import numpy as np
import pytest

from dltemplates.evaluation.chart_axes import number_axis, number_label, seconds, time_axis
from dltemplates.evaluation.chart_grids import heat_map, reliability_chart
from dltemplates.evaluation.charts import WIDTH, bar_chart, line_chart, thinned
from dltemplates.evaluation.classification import ConfidenceBin


def picture(chart):
    """The chart parsed, which proves that it is well formed."""
    root = ElementTree.fromstring(chart)
    svg = root.find("svg")
    assert svg.get("role") == "img" and svg.find("title").text
    return root, svg


def words(svg):
    return ["".join(each.itertext()) for each in svg.iter("text")]


def traces(svg):
    return [each.get("d") for each in svg.iter("path") if "trace" in each.get("class")]


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0.0, 1.0], ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        ([3.0, 97.0], ["0", "20", "40", "60", "80", "100"]),
        ([0.0012, 0.0049], ["0.001", "0.002", "0.003", "0.004", "0.005"]),
        ([5.0, 5.0], ["4.4", "4.6", "4.8", "5.0", "5.2", "5.4", "5.6"]),
        ([-2e5, 1e5], ["−200,000", "−100,000", "0", "100,000"]),
    ],
)
def test_ticks_are_round_and_hold_all_values(values, labels):
    axis = number_axis([np.array(values)], 0, 100)
    assert [label for _, label in axis.ticks] == labels
    assert axis.low <= min(values) and axis.high >= max(values)


@pytest.mark.parametrize("value", [1e-7, 3e12, 0.0, -1e-9])
def test_extreme_labels_are_short(value):
    assert len(number_label(value, max(abs(value), 1e-9))) <= 7


@pytest.mark.parametrize("span", [30, 3600, 86_400, 9e5, 9e6, 9e7, 2e9])
def test_times_have_a_few_round_ticks(span):
    start = np.datetime64("2023-12-30T22:13:07", "s")
    times = start + np.linspace(0, span, 50).astype("timedelta64[s]")
    axis = time_axis([times], 0, 100)
    assert 1 <= len(axis.ticks) <= 6
    assert all(axis.low <= place <= axis.high for place, _ in axis.ticks)
    assert len({label for _, label in axis.ticks}) == len(axis.ticks)


def test_no_time_is_no_place():
    assert np.isnan(seconds(np.array(["NaT"], "datetime64[s]")))[0]


def test_a_line_breaks_where_values_are_missing():
    y = [1.0, 2.0, np.nan, 3.0, np.nan, 1.0, 2.0]
    _, svg = picture(line_chart({"a": (range(7), y)}, title="t"))
    assert traces(svg)[0].count("M") == 3
    assert "h" in traces(svg)[0]  # the lone point


def test_everything_at_once():
    x = np.datetime64("2024-01-01") + np.arange(48).astype("timedelta64[h]")
    y = np.sin(np.arange(48.0))
    chart = line_chart(
        {"<value>": (x, y)},
        title="t",
        x_label="time",
        y_label="°C",
        marks={x[9]: "here", x[40]: "there"},
        levels={0.5: "limit"},
        bands={"interval": (x, y - 1, np.where(y > 0, y + 1, np.nan))},
        points={"alarm": (x[:3], y[:3])},
        spans={"anomaly": [(x[3], x[6]), (x[20], x[20])]},
    )
    root, svg = picture(chart)
    assert {"here", "there", "limit", "time", "°C"} <= set(words(svg))
    assert ["".join(each.itertext()) for each in root.iter("li")] == [
        "<value>",
        "alarm",
        "interval",
        "anomaly",
    ]
    assert not re.search(r"\b(nan|inf)\b", chart)


@pytest.mark.parametrize("y", [[], [np.nan, np.nan], [np.inf, -np.inf]])
def test_nothing_to_draw_is_said(y):
    assert "nothing to draw" in line_chart({"a": (range(len(y)), y)}, title="t")


def test_one_point_is_drawn():
    _, svg = picture(line_chart({"a": ([1], [2.0])}, title="t"))
    assert traces(svg)[0]


def test_long_lines_are_thinned_and_keep_their_peaks(rng):
    y = rng.normal(size=200_000)
    y[123_456], y[77_777], y[5_000:5_400] = 50.0, -50.0, np.nan
    x, kept = thinned(np.linspace(0, WIDTH, len(y)), y)
    assert len(kept) < 6 * WIDTH and len(x) == len(kept)
    assert np.nanmax(kept) == 50.0 and np.nanmin(kept) == -50.0 and np.isnan(kept).any()
    assert len(line_chart({"a": (np.arange(len(y)), y)}, title="t")) < 60_000


def test_bars_start_at_zero():
    _, svg = picture(bar_chart({"a": 2.0, "b": -1.0, "c": np.nan}, title="t", highlight="a"))
    a, b, c = svg.findall("rect")
    assert float(b.get("x")) + float(b.get("width")) == pytest.approx(float(a.get("x")), abs=0.2)
    assert float(a.get("width")) == pytest.approx(2 * float(b.get("width")), rel=0.01)
    assert float(c.get("width")) == 0 and "–" in words(svg)
    assert [each.get("class") for each in (a, b)] == ["bar", "bar pale"]


@pytest.mark.parametrize("classes", [2, 10, 40])
def test_heat_map_has_every_cell(classes):
    names = [f"class number {i}" for i in range(classes)]
    counts = np.arange(classes**2).reshape(classes, classes)
    _, svg = picture(heat_map(counts, names, names, title="t", row_label="true"))
    cells = [each for each in svg.findall("rect") if each.get("class") == "cell"]
    assert len(cells) == classes**2
    assert cells[classes].find("title").text == f"class number 1 → class number 0: {classes}"
    numbers = [word for word in words(svg) if re.fullmatch(r"[\d,]+", word)]
    assert bool(numbers) == (classes <= 12)


def test_reliability_dots_are_where_they_belong():
    bins = [ConfidenceBin(0.5, 0.5, 0.2), ConfidenceBin(0.9, 0.6, 0.8)]
    _, svg = picture(reliability_chart(bins, title="t"))
    even, sure = svg.findall("circle")
    assert float(sure.get("cx")) > float(even.get("cx"))
    assert float(sure.get("cy")) < float(even.get("cy"))  # higher up
    assert float(sure.get("r")) > float(even.get("r"))
    assert sure.find("title").text == "80.0%: confidence 90%, right 60%"
