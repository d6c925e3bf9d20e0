"""Charts of lines and bars as inline SVG that follows the page's light or dark colours."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from dltemplates.evaluation.chart_axes import Axis, number_axis, seconds, time_axis
from dltemplates.evaluation.report_page import shown
from dltemplates.evaluation.svg import COLOURS, chart, element, short, text

WIDTH, HEIGHT = 560, 270  # in the picture's own units; it is as wide as the page
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, WIDTH - 14, 26, HEIGHT - 46
_ROW = 38

Line = tuple[Any, Any]  # x and y: two sequences or arrays of one length
Band = tuple[Any, Any, Any]  # x, lower and upper


def line_chart(
    lines: Mapping[str, Line],
    *,
    title: str,
    x_label: str = "",
    y_label: str = "",
    marks: Mapping[Any, str] | None = None,
    levels: Mapping[float, str] | None = None,
    bands: Mapping[str, Band] | None = None,
    points: Mapping[str, Line] | None = None,
    spans: Mapping[str, Sequence[tuple[Any, Any]]] | None = None,
) -> Markup:
    """Lines over numbers or times (`datetime64`).

    NaN breaks a line. A long one keeps the lowest and highest value of each column of the picture:
    pages stay small and no peak is lost. Things of one name share a colour and a legend's entry.

    Args:
        lines: By name, x (rising) and y.
        title: What is shown, for those who cannot see it.
        x_label: What x is, with its unit.
        y_label: What y is, with its unit.
        marks: Vertical lines: by x, a word or two.
        levels: Horizontal lines: by y, a word or two.
        bands: By name, x, lower and upper: filled between.
        points: By name, x and y: dots.
        spans: By name, stretches of x that are shaded from top to bottom.
    """
    marks, levels, spans = marks or {}, levels or {}, spans or {}
    bands, points = bands or {}, points or {}
    drawn = [*lines.values(), *points.values(), *bands.values()]
    heights = [np.asarray(part, "float64") for each in drawn for part in each[1:]]
    if not any(np.isfinite(each).any() for each in heights):
        return element("p", f"{title}: nothing to draw.")
    across = [np.asarray(each[0]) for each in drawn]
    across += [np.asarray(pairs).ravel() for pairs in spans.values() if len(pairs)]
    place = _Places(across, [*heights, np.array(list(levels), "float64")])

    names = list(dict.fromkeys([*lines, *points, *bands, *spans]))
    colour = {name: f"c{index % COLOURS}" for index, name in enumerate(names)}
    parts = [_frame(place.x_axis, place.y_axis, x_label, y_label)]
    parts += [_span(place, pairs, colour[name]) for name, pairs in spans.items()]
    parts += [_band(place, band, colour[name]) for name, band in bands.items()]
    parts += [_trace(place, line, colour[name]) for name, line in lines.items()]
    parts += [_dots(place, line, colour[name]) for name, line in points.items()]
    parts += [_mark(place, x, words, row) for row, (x, words) in enumerate(marks.items())]
    parts += [_level(place, y, words) for y, words in levels.items()]
    return chart(title, WIDTH, HEIGHT, parts, names if len(names) > 1 else ())


def bar_chart(
    bars: Mapping[str, float],
    *,
    title: str,
    highlight: str | None = None,
    say: Callable[[float], str] = shown,
) -> Markup:
    """Horizontal bars from zero, each below its name and its value.

    Args:
        bars: By name, a number; one that is not finite has no bar.
        title: What is shown, with its unit.
        highlight: The name of the bar that matters; the others are paler.
        say: A value in words.
    """
    axis = number_axis([np.array([*bars.values(), 0.0], "float64")], 0, WIDTH, snug=True)
    zero = axis.place(0.0)
    parts = []
    for row, (name, value) in enumerate(bars.items()):
        y, end = row * _ROW, axis.place(value) if np.isfinite(value) else zero
        parts += [
            text(short(name, 44), 0, y + 16),
            text(say(value), WIDTH, y + 16, "end"),
            element(
                "rect",
                class_="bar" if highlight in (None, name) else "bar pale",
                x=min(zero, end),
                y=y + 21,
                width=abs(end - zero),
                height=10,
                rx=2,
            ),
        ]
    return chart(title, WIDTH, len(bars) * _ROW, parts)


class _Places:
    """Where things are in the picture: x may be a time, y is a number."""

    def __init__(self, across: Sequence[np.ndarray], heights: Sequence[np.ndarray]) -> None:
        self._timed = any(each.dtype.kind == "M" for each in across)
        if self._timed:
            self.x_axis = time_axis(across, _LEFT, _RIGHT)
        else:
            self.x_axis = number_axis(across, _LEFT, _RIGHT, ticks=6, snug=True)
        self.y_axis = number_axis(heights, _BOTTOM, _TOP)

    def x(self, values: Any) -> np.ndarray:
        return self.x_axis.places(seconds(values) if self._timed else values)

    def y(self, values: Any) -> np.ndarray:
        return self.y_axis.places(values)


def _frame(x_axis: Axis, y_axis: Axis, x_label: str, y_label: str) -> Markup:
    """Grid, ticks and labels."""
    grid = "".join(f"M{_LEFT} {y_axis.place(value):.1f}H{_RIGHT}" for value, _ in y_axis.ticks)
    grid += "".join(f"M{x_axis.place(value):.1f} {_BOTTOM}v5" for value, _ in x_axis.ticks)
    ticks = [
        text(words, _LEFT - 6, y_axis.place(value), "end", dominant_baseline="middle")
        for value, words in y_axis.ticks
    ] + [text(words, x_axis.place(value), _BOTTOM + 20, "middle") for value, words in x_axis.ticks]
    labels = [text(x_label, _RIGHT, HEIGHT - 5, "end"), text(y_label, 0, 13)]
    return Markup("").join([element("path", class_="axis", d=grid), *ticks, *labels])


def _trace(place: _Places, line: Line, colour: str) -> Markup:
    x, y = thinned(place.x(line[0]), place.y(line[1]))
    return element("path", class_=f"trace {colour}", d=_path(x, y))


def _band(place: _Places, band: Band, colour: str) -> Markup:
    """What lies between two lines, where both are known."""
    x, lower, upper = place.x(band[0]), place.y(band[1]), place.y(band[2])
    known = np.isfinite(x) & np.isfinite(lower) & np.isfinite(upper)
    edges = np.flatnonzero(np.diff(known, prepend=False, append=False))
    shape = ""
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        part = slice(start, end)
        there, back = thinned(x[part], upper[part]), thinned(x[part], lower[part])
        outline = (np.concatenate([a, b[::-1]]) for a, b in zip(there, back, strict=True))
        shape += _path(*outline) + "Z"
    return element("path", class_=f"area {colour}", d=shape)


def _dots(place: _Places, line: Line, colour: str) -> Markup:
    where = np.stack([place.x(line[0]), place.y(line[1])], axis=1)
    where = np.unique(where[np.isfinite(where).all(axis=1)].round(), axis=0)  # one dot a place
    dots = "".join(f"M{x:g} {y:g}m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0" for x, y in where)
    return element("path", class_=f"dot {colour}", d=dots)


def _span(place: _Places, pairs: Sequence[tuple[Any, Any]], colour: str) -> Markup:
    ends = [place.x(np.asarray(pair)) for pair in pairs]
    boxes = "".join(f"M{a:.1f} {_TOP}H{max(b, a + 1):.1f}V{_BOTTOM}H{a:.1f}Z" for a, b in ends)
    return element("path", class_=f"area {colour}", d=boxes)


def _mark(place: _Places, x: Any, words: str, row: int) -> Markup:
    """A vertical line; its words stand where there is room, the next mark's a line lower."""
    at = float(place.x(np.asarray(x)))
    right_half = at > (_LEFT + _RIGHT) / 2
    label = text(
        words,
        at - 5 if right_half else at + 5,
        _TOP + 12 + 18 * row,
        "end" if right_half else "start",
    )
    return element("path", class_="mark", d=f"M{at:.1f} {_TOP}V{_BOTTOM}") + label


def _level(place: _Places, y: float, words: str) -> Markup:
    at = float(place.y(y))
    return element("path", class_="mark", d=f"M{_LEFT} {at:.1f}H{_RIGHT}") + text(
        words, _RIGHT, at - 4, "end"
    )


def thinned(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First, lowest, highest, last and any missing point of each column of the picture."""
    if len(x) <= 2 * WIDTH:
        return x, y
    keep = np.zeros(len(x), bool)
    starts = np.flatnonzero(np.diff(np.floor(np.nan_to_num(x, nan=-1)), prepend=-2))
    for start, end in zip(starts, [*starts[1:], len(x)], strict=True):
        part = y[start:end]
        keep[[start, end - 1]] = True
        missing = ~np.isfinite(part)
        if missing.any():
            keep[start + int(np.argmax(missing))] = True
        if not missing.all():
            known = np.where(missing, np.nan, part)
            keep[[start + np.nanargmin(known), start + np.nanargmax(known)]] = True
    return x[keep], y[keep]


def _path(x: np.ndarray, y: np.ndarray) -> str:
    """Straight lines through the known points, broken at the others; a lone point is a dot."""
    known = [*(np.isfinite(x) & np.isfinite(y)), False]
    words, drawing = [], False
    for index, (across, down) in enumerate(zip(x, y, strict=True)):
        if known[index]:
            words.append(f"{'L' if drawing else 'M'}{across:.1f} {down:.1f}")
            if not drawing and not known[index + 1]:
                words.append("h.1")
        drawing = known[index]
    return "".join(words)
