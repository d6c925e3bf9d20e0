"""How the site's drawings are made: one SVG a language, in the colours of the page around it."""

import re
from collections.abc import Callable
from pathlib import Path

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

FOLDER = Path(__file__).parent
INK = "#010203"  # becomes the colour of the text around the drawing
BLUE, ORANGE, GREEN, RED, VIOLET, GRAY = "#2b7de9 #e0730b #169a60 #dc3d5e #8f5fe0 #8a8f98".split()
COLORS = (BLUE, ORANGE, GREEN, RED, VIOLET, GRAY)
_LATIN, _KOREAN = "DejaVu Sans", "NanumGothic"  # only to know how wide words are

plt.rcParams.update(
    {
        "svg.fonttype": "none",
        "font.family": [_KOREAN, _LATIN],
        "axes.unicode_minus": False,
        "axes.formatter.use_mathtext": False,
        "font.size": 12,
        "text.color": INK,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "legend.frameon": False,
        "lines.linewidth": 2.2,
    }
)


def save(name: str, draw: Callable[[dict[str, str]], plt.Figure], words: dict[str, str]) -> None:
    """Writes NAME.en.svg and NAME.ko.svg.

    Args:
        name: Of the drawing.
        draw: Makes it, from words by key.
        words: By key, the English and the Korean one, with ` | ` between them.
    """
    pairs = {key: both.split(" | ") for key, both in words.items()}
    for place, language in enumerate(("en", "ko")):
        figure = draw({key: pair[min(place, len(pair) - 1)] for key, pair in pairs.items()})
        file = FOLDER / f"{name}.{language}.svg"
        with plt.rc_context({"svg.hashsalt": name}):
            figure.savefig(
                file,
                transparent=True,
                bbox_inches="tight",
                metadata={"Date": None, "Creator": None},
            )
        plt.close(figure)
        file.write_text(_tidy(file.read_text("utf-8"), name), "utf-8")


def box(axes: Axes, x: float, y: float, text: str, color: str, **size: float) -> None:
    """A rounded box with words in it, its middle at x, y."""
    style = {"boxstyle": "round,pad=0.6", "facecolor": "none", "edgecolor": color, "linewidth": 2}
    axes.text(x, y, text, ha="center", va="center", bbox=style, **size)


def arrow(axes: Axes, start: tuple, end: tuple, color: str = GRAY, **style: object) -> None:
    properties = {"arrowstyle": "->", "color": color, "linewidth": 1.8, **style}
    axes.annotate("", end, start, arrowprops=properties)


def canvas(width: float, height: float) -> tuple[plt.Figure, Axes]:
    """Empty axes in inches, from 0, 0 at the lower left."""
    figure, axes = plt.subplots(figsize=(width, height))
    axes.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    axes.axis("off")
    return figure, axes


def _tidy(svg: str, name: str) -> str:
    """Without the document's head, with the page's colour and font, and only needed ids."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.S)
    svg = re.sub(rf"'{_KOREAN}'(, '{_LATIN}')?(, sans-serif)?", "system-ui, sans-serif", svg)
    used = set(re.findall(r"#([\w-]+)", svg))
    svg = re.sub(r' id="([\w-]+)"', lambda m: m[0] if m[1] in used else "", svg)
    # Several drawings may stand on one page, so their ids have to differ.
    svg = re.sub(r'(id="|#)((?!0)[a-zA-Z][\w-]*?[0-9a-f]{8,})', rf"\1{name}-\2", svg)
    svg = svg.replace(INK, "currentColor")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"
