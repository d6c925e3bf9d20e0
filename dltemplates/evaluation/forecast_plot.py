"""A picture of a forecast."""

import warnings
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from dltemplates.data.time_series import TimeSeries

_SHOWN = 8  # series
_HISTORY = 3  # horizons
_HANGUL = (
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "NanumGothic",
    "NanumBarunGothic",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
    "AppleGothic",
    "Noto Sans CJK JP",  # what a file of all Noto Sans CJK may count as
    "UnDotum",
)


def plot_forecast(path: Path, series: TimeSeries, forecast: pd.DataFrame) -> None:
    """Draws a forecast as PNG; see `forecast_figure`.

    Args:
        path: The file to write.
        series: The history, in any order.
        forecast: Columns `series`, `time`, `forecast`, and maybe `lower` and `upper`.
    """
    figure = forecast_figure(series, forecast)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        figure.savefig(path, format="png", dpi=120)


def forecast_figure(series: TimeSeries, forecast: pd.DataFrame) -> Figure:
    """The end of each series, its forecast and, where there is one, the interval.

    Of many series the first ones are drawn, and the figure says so.

    Args:
        series: The history, in any order.
        forecast: Columns `series`, `time`, `forecast`, and maybe `lower` and `upper`.
    """
    every = forecast["series"].unique().tolist()
    names = every[:_SHOWN]
    series = series.take(names)
    families = font_families()
    figure = Figure(figsize=(10, 1.4 + 2.2 * len(names)), layout="constrained")
    axes = figure.subplots(len(names), 1, squeeze=False, sharex=True)[:, 0]
    for axis, (index, name) in zip(axes, enumerate(names), strict=True):
        ahead = forecast[forecast["series"] == name]
        start = max(0, series.length - max(_HISTORY * len(ahead), 24))
        behind = series.times[start : series.length]
        axis.plot(behind, series.values[index, start:], color="0.3", label="history")
        axis.plot(ahead["time"], ahead["forecast"], color="tab:blue", label="forecast")
        if "lower" in ahead:
            axis.fill_between(
                ahead["time"],
                ahead["lower"],
                ahead["upper"],
                color="tab:blue",
                alpha=0.2,
                linewidth=0,
                label="interval",
            )
        axis.set_title(name, loc="left", fontfamily=families, parse_math=False)  # $ is a dollar
        axis.margins(x=0.01)
    _label(figure, series, f"{len(names)} of {len(every):,}" if len(every) > len(names) else "")
    return figure


def _label(figure: Figure, series: TimeSeries, shown: str) -> None:
    """Names the axes and the lines; the legend stands outside, where it hides no values."""
    last = figure.axes[-1]
    locator = AutoDateLocator()
    last.xaxis.set_major_locator(locator)
    last.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    zone = "" if series.times.tz is None else f" ({series.times.tz})"
    last.set_xlabel(f"time{zone}" + (f"; {shown} series are shown" if shown else ""))
    figure.supylabel("value, in the data's unit", fontsize="medium")
    handles, labels = last.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", frameon=False, ncols=len(labels))


def font_families() -> list[str]:
    """The usual fonts, then those installed that have Hangul, for the letters that those lack."""
    installed = {font.name for font in fontManager.ttflist}
    return [*matplotlib.rcParams["font.family"], *(name for name in _HANGUL if name in installed)]
