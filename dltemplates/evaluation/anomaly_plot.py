"""A picture of anomaly scores in time."""

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dltemplates.evaluation.anomaly_events import Event, spans
from dltemplates.evaluation.forecast_plot import font_families

_POINTS = 4_000
_HIGHEST = 9.0
_NAMED = 12  # events


def plot_anomalies(
    path: Path,
    times: pd.DatetimeIndex | np.ndarray,
    probabilities: np.ndarray,
    rate: float,
    *,
    labels: np.ndarray | None = None,
    events: Sequence[Event] = (),
    strongest: Sequence[str] = (),
) -> None:
    """Draws how rare each row is among normal ones, the threshold and the events; as PNG.

    The height is the negative logarithm of the tail probability: 3 is one normal row in 1,000. It
    ends at 9. Of long series the rarest row in each stretch is drawn. Names of sensors stand at the
    12 rarest events.

    Args:
        path: The file to write.
        times: Time of each row, or its number, `(rows,)`.
        probabilities: Tail probability of each row, `(rows,)`: 1 - calibrated score.
        rate: The false-alarm rate of the threshold.
        labels: 1 for anomalous rows, `(rows,)`; None where there are none.
        events: What was detected, in rows.
        strongest: The sensors that have most to do with each event, in words; empty for none.

    Raises:
        ValueError: There are names, but not as many as events.
    """
    if strongest and len(strongest) != len(events):
        raise ValueError(
            f"Expected a name for each of {len(events)} events, received {len(strongest)}."
        )
    heights = np.clip(-np.log10(np.maximum(probabilities, 10.0**-_HIGHEST)), 0.0, _HIGHEST)
    figure = Figure(figsize=(12, 4), layout="constrained")
    axis = figure.subplots()
    for span in spans(labels != 0) if labels is not None else []:
        _shade(axis, times, span, color="tab:orange", alpha=0.3, label="labelled")
    for event in events:
        span = range(event.start, event.stop)
        _shade(axis, times, span, color="tab:red", alpha=0.2, label="detected")
    rows = _rarest(heights)
    axis.plot(times[rows], heights[rows], color="0.3", linewidth=0.8, label="score")
    height = -np.log10(rate)
    axis.axhline(height, color="tab:red", linestyle="--", linewidth=1, label=f"alarm: {rate:g}")
    if strongest:
        _name(axis, times, heights, events, strongest)
    axis.set_ylabel("rarity, $-\\log_{10}$ of the tail probability")
    axis.set_ylim(0.0, max(1.15 * np.nanmax(heights, initial=0.0), 1.3 * height))
    axis.margins(x=0.01)
    handles, names = axis.get_legend_handles_labels()
    once = dict(zip(names, handles, strict=True))
    axis.legend(
        once.values(), once.keys(), loc="lower left", bbox_to_anchor=(0, 1), frameon=False, ncols=4
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        figure.savefig(path, format="png", dpi=120)


def _shade(axis: Axes, times: pd.DatetimeIndex | np.ndarray, span: range, **style) -> None:
    """From the first row to the last; the outline keeps one row among many from vanishing."""
    axis.axvspan(times[span.start], times[span.stop - 1], linewidth=1, **style)


def _rarest(heights: np.ndarray) -> np.ndarray:
    """The row of the largest height in each of at most 4,000 stretches; all rows if fewer."""
    stretch = -(-len(heights) // _POINTS)
    starts = range(0, len(heights), max(stretch, 1))
    known = np.where(np.isnan(heights), -1.0, heights)
    return np.array([at + int(known[at : at + stretch].argmax()) for at in starts], "int64")


def _name(
    axis: Axes,
    times: pd.DatetimeIndex | np.ndarray,
    heights: np.ndarray,
    events: Sequence[Event],
    strongest: Sequence[str],
) -> None:
    families = font_families()
    rarest = sorted(zip(events, strongest, strict=True), key=lambda pair: -heights[pair[0].peak])
    for event, name in rarest[:_NAMED]:
        axis.annotate(
            name,
            (times[event.peak], heights[event.peak]),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            fontfamily=families,
            parse_math=False,  # $ is a dollar
        )
