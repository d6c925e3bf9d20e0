"""Pictures of forecasts, with names of any kind."""

import warnings

import pandas as pd
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib.font_manager import fontManager

from dltemplates.data.time_series import TimeSeries
from dltemplates.evaluation.forecast_plot import forecast_figure, plot_forecast
from tests.data.small_series import small_series

HORIZON = 4


def forecast_of(series: TimeSeries) -> pd.DataFrame:
    times = series.times_until(series.length + HORIZON)[series.length :]
    lines = [
        pd.DataFrame({"series": name, "time": times, "forecast": values[-HORIZON:]})
        for name, values in zip(series.names, series.values, strict=True)
    ]
    return pd.concat(lines, ignore_index=True)


def renamed(names: list[str]) -> TimeSeries:
    series = small_series(names="abc"[: len(names)])
    return TimeSeries(series.times, names, series.values)


@pytest.fixture
def hangul_font(tmp_path):
    """Installs a font that knows one syllable, as a black square."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 900), (900, 900), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "buk"])
    builder.setupCharacterMap({ord("북"): "buk"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "buk": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "buk": (1000, 0)})
    builder.setupHorizontalHeader(ascent=900, descent=-100)
    builder.setupNameTable({"familyName": "NanumGothic", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(tmp_path / "nanum.ttf")
    before = list(fontManager.ttflist)
    fontManager.ttflist[:] = [font for font in before if font.name.startswith("DejaVu")]

    def install() -> None:
        fontManager.addfont(tmp_path / "nanum.ttf")

    yield install
    fontManager.ttflist[:] = before


@pytest.mark.parametrize("name", ["a$_$b", "x $ $ y", r"$\frac{"])
def test_a_dollar_is_no_formula(name, tmp_path):
    series = renamed([name])
    plot_forecast(tmp_path / "plot.png", series, forecast_of(series))
    assert (tmp_path / "plot.png").stat().st_size > 1000


def test_korean_names_are_drawn_where_a_font_has_them(hangul_font, tmp_path):
    series = renamed(["북"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plot_forecast(tmp_path / "boxes.png", series, forecast_of(series))
        hangul_font()
        plot_forecast(tmp_path / "letters.png", series, forecast_of(series))
    boxes, letters = ((tmp_path / f"{name}.png").read_bytes() for name in ("boxes", "letters"))
    assert boxes != letters


def test_the_series_of_the_forecast_are_drawn_in_its_order(tmp_path):
    series = small_series()
    forecast = forecast_of(series.take(["c", "a"]))
    plot_forecast(tmp_path / "all.png", series, forecast)
    plot_forecast(tmp_path / "chosen.png", series.take(["c", "a"]), forecast)
    assert (tmp_path / "all.png").read_bytes() == (tmp_path / "chosen.png").read_bytes()


def test_axes_and_lines_are_named():
    series = small_series()
    forecast = forecast_of(series)
    figure = forecast_figure(series, forecast.assign(lower=0.0, upper=9.0))
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["history", "forecast", "interval"]
    assert figure.axes[-1].get_xlabel() == "time"
    assert figure.get_supylabel() == "value, in the data's unit"
    (legend,) = forecast_figure(series, forecast).legends
    assert [text.get_text() for text in legend.get_texts()] == ["history", "forecast"]


def test_of_many_series_it_says_how_many_are_drawn():
    series = small_series(names="abcdefghij")
    figure = forecast_figure(series, forecast_of(series))
    assert len(figure.axes) == 8
    assert figure.axes[-1].get_xlabel() == "time; 8 of 10 series are shown"


def test_the_legend_hides_no_axis():
    series = small_series()
    figure = forecast_figure(series, forecast_of(series))
    figure.draw_without_rendering()
    top = max(axis.get_tightbbox().y1 for axis in figure.axes)
    assert figure.legends[0].get_window_extent().y0 >= top - 1
