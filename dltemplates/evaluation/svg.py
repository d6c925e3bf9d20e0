"""Elements of a picture inside a page."""

from collections.abc import Sequence

from markupsafe import Markup

COLOURS = 8  # that the page's style has


def element(name: str, *content: str, **attributes: object) -> Markup:
    """One element. In attributes' names `_` stands for `-`; numbers get one decimal."""
    words = Markup("").join(
        Markup(' {}="{}"').format(
            key.rstrip("_").replace("_", "-") if key != "viewBox" else key,
            f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value,
        )
        for key, value in attributes.items()
    )
    return Markup("<{0}{1}>{2}</{0}>").format(name, words, Markup("").join(content))


def text(words: str, x: float, y: float, anchor: str = "start", **attributes: object) -> Markup:
    """Words that start, end or have their middle at `x`, on the line `y`."""
    return element("text", words, x=float(x), y=float(y), text_anchor=anchor, **attributes)


def chart(
    title: str, width: float, height: float, parts: Sequence[Markup], legend: Sequence[str] = ()
) -> Markup:
    """The picture around `parts`, and a legend for its colours, in their order."""
    entries = [
        element("li", element("i", class_=f"c{index % COLOURS}"), name)
        for index, name in enumerate(legend)
    ]
    below = element("ul", *entries, class_="legend") if legend else ""
    picture = element(
        "svg",
        element("title", title),
        Markup("\n").join(parts),
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        role="img",
    )
    return element("div", picture, below, class_="chart")


def short(words: str, length: int) -> str:
    """`words`, cut where they are longer than `length`."""
    return words if len(words) <= length else f"{words[: length - 1]}…"
