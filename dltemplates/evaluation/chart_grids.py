"""Square charts as inline SVG: counts in a grid, and how far confidence can be believed."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from dltemplates.evaluation.chart_axes import number_axis
from dltemplates.evaluation.charts import WIDTH
from dltemplates.evaluation.classification import ConfidenceBin
from dltemplates.evaluation.svg import chart, element, short, text

_LETTERS = 12  # of a name
_TOP = 24
_NUMBERED = 12  # columns, up to which a cell has room for its number
_SIDE = 340  # of the reliability chart


def heat_map(
    counts: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    title: str,
    row_label: str = "",
    column_label: str = "",
) -> Markup:
    """A grid of counts, each cell as strong as its share of its row.

    Args:
        counts: `(rows, columns)`, not negative.
        rows: Names of the rows.
        columns: Names of the columns.
        title: What is shown, for those who cannot see it.
        row_label: What the rows are.
        column_label: What the columns are.
    """
    counts = np.asarray(counts, "float64")
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-12)
    longest = min(max(map(len, [*rows, *columns])), _LETTERS)
    room = 24.0 + 9 * longest  # for names, beside and below the grid
    size = min((WIDTH - room) / len(columns), 44.0)
    bottom = _TOP + size * len(rows)
    parts = [
        text(f"{row_label} ↓", 0, 14),
        text(f"{column_label} →", WIDTH, bottom + room, "end"),
    ]
    parts += [_name(name, room - 6, _TOP + (r + 0.5) * size, size) for r, name in enumerate(rows)]
    for c, name in enumerate(columns):
        x = room + (c + 0.5) * size
        turn = f"rotate(-60 {x:.1f} {bottom + 8:.1f})"
        parts.append(_name(name, x, bottom + 8, size, transform=turn))
    for (r, c), count in np.ndenumerate(counts):
        x, y = room + c * size, _TOP + r * size
        words = f"{rows[r]} → {columns[c]}: {count:,.0f}"
        parts.append(_cell(x, y, size - 1, shares[r, c], words))
        if count and len(columns) <= _NUMBERED:
            middle = {"class_": "count", "dominant_baseline": "central"}
            parts.append(text(f"{count:,.0f}", x + size / 2, y + size / 2, "middle", **middle))
    return chart(title, WIDTH, bottom + room + 4, parts)


def reliability_chart(bins: Sequence[ConfidenceBin], *, title: str) -> Markup:
    """Confidence against accuracy: on the diagonal they are alike; a dot's area is its share."""
    left, top = 70, 26
    right, bottom = left + _SIDE, top + _SIDE
    across = number_axis([np.array([0.0, 1.0])], left, right)
    up = number_axis([np.array([0.0, 1.0])], bottom, top)
    grid = "".join(
        f"M{left} {up.place(value):.1f}H{right}M{across.place(value):.1f} {top}V{bottom}"
        for value, _ in across.ticks
    )
    parts = [
        element("path", class_="axis", d=grid),
        element("path", class_="mark", d=f"M{left} {bottom}L{right} {top}"),
        text("confidence", right, bottom + 40, "end"),
        text("share that is right", 0, 13),
    ]
    for value, words in across.ticks:
        parts.append(text(words, left - 6, up.place(value), "end", dominant_baseline="middle"))
        parts.append(text(words, across.place(value), bottom + 20, "middle"))
    for each in bins:
        x, y = across.place(each.confidence), up.place(each.accuracy)
        words = f"{each.share:.1%}: confidence {each.confidence:.0%}, right {each.accuracy:.0%}"
        gap = f"M{x:.1f} {y:.1f}V{up.place(each.confidence):.1f}"
        radius = 3 + 14 * each.share**0.5
        parts.append(element("path", class_="mark", d=gap))
        parts.append(
            element("circle", element("title", words), class_="dot c0", cx=x, cy=y, r=radius)
        )
    return chart(title, WIDTH, bottom + 46, parts)


def _cell(x: float, y: float, size: float, share: float, words: str) -> Markup:
    return element(
        "rect",
        element("title", words),
        class_="cell",
        x=x,
        y=y,
        width=size,
        height=size,
        opacity=f"{0.05 + 0.5 * share:.2f}",
    )


def _name(name: str, x: float, y: float, size: float, **attributes: object) -> Markup:
    """A row's or column's name: cut where it is long, small where cells are."""
    if size < 16:
        attributes["style"] = f"font-size:{max(size, 5):.0f}px"
    words = Markup("{}{}").format(short(name, _LETTERS), element("title", name))
    return text(words, x, y, "end", dominant_baseline="central", **attributes)
