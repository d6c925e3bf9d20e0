"""A page that explains something: one HTML file that needs nothing else, read on any screen.

Every function here takes plain text and returns `Markup`, text that is safe in HTML. What is
`Markup` already stays as it is, so that blocks nest; all else is escaped.
"""

import base64
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from numbers import Integral, Real

from markupsafe import Markup, escape

_NUMBER = re.compile(r"[+\-−±≤≥<>~]?\s?[\d.,]+(e[+-]?\d+)?\s?(%|x|×|s|ms|min|h|MiB|GiB|/s)?")
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:"  # nothing is fetched or run
)


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes:
        title: Its heading, plain text.
        blocks: What this module and `dltemplates.evaluation.charts` make.
    """

    title: str
    blocks: Sequence[str]


def page(title: str, subtitle: str, sections: Sequence[Section], *, language: str = "en") -> str:
    """The whole file: heading, contents, and the sections that have blocks.

    Args:
        title: The heading, and the name of the browser's tab.
        subtitle: A line below it.
        sections: In their order.
        language: Of the words, as in HTML's `lang`.
    """
    shown = [section for section in sections if section.blocks]
    contents = Markup("").join(
        Markup('<li><a href="#s{}">{}</a></li>').format(number, section.title)
        for number, section in enumerate(shown, 1)
    )
    body = Markup("\n").join(
        Markup('<section id="s{}">\n<h2>{}</h2>\n{}\n</section>').format(
            number, section.title, join(section.blocks)
        )
        for number, section in enumerate(shown, 1)
    )
    whole = _FRAME.format(
        language=language,
        policy=_POLICY,
        style=_style(),
        title=title,
        subtitle=subtitle,
        contents=contents,
        body=body,
    )
    return str(whole)


def paragraph(text: str) -> Markup:
    return Markup("<p>{}</p>").format(text)


def lead(text: str) -> Markup:
    """A paragraph that says what matters most."""
    return Markup('<p class="lead">{}</p>').format(text)


def heading(text: str) -> Markup:
    """A heading inside a section."""
    return Markup("<h3>{}</h3>").format(text)


def code(text: str) -> Markup:
    """A setting or command, to stand in a sentence."""
    return Markup("<code>{}</code>").format(text)


def note(title: str, *blocks: str, good: bool = False) -> Markup:
    """A box that catches the eye; `good` where nothing needs doing."""
    return Markup('<div class="note{}"><h3>{}</h3>{}</div>').format(
        " good" if good else "", title, join(map(paragraph, blocks))
    )


def table(header: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "") -> Markup:
    """A table that scrolls inside its own box.

    Args:
        header: The columns' names.
        rows: Cells: text, `Markup`, numbers (shown with four digits) or None. A column of numbers,
            or of texts that are numbers with a unit, is aligned to the right.
        caption: A line above.
    """
    body = [list(row) for row in rows]
    numeric = [
        any(row[c] is not None for row in body) and all(_is_number(row[c]) for row in body)
        for c in range(len(header))
    ]
    kind = [Markup(' class="number"') if right else Markup("") for right in numeric]
    head = _cells("th", header, kind)
    lines = Markup("\n").join(Markup("<tr>{}</tr>").format(_cells("td", row, kind)) for row in body)
    above = Markup("<caption>{}</caption>").format(caption) if caption else ""
    whole = Markup("{}<thead><tr>{}</tr></thead>\n<tbody>{}</tbody>").format(above, head, lines)
    return Markup('<div class="scroll" tabindex="0"><table>{}</table></div>').format(whole)


def facts(values: Mapping[str, object]) -> Markup:
    """Names and what is to say of each; None is left out."""
    return Markup("<dl>{}</dl>").format(
        Markup("").join(
            Markup("<dt>{}</dt><dd>{}</dd>").format(name, shown(value))
            for name, value in values.items()
            if value is not None
        )
    )


def figure(content: str, caption: str) -> Markup:
    """A chart or image and what it shows."""
    return Markup("<figure>{}<figcaption>{}</figcaption></figure>").format(content, caption)


def tiles(figures: Iterable[str]) -> Markup:
    """Small figures side by side."""
    return Markup('<div class="tiles">{}</div>').format(join(figures))


def image(png: bytes, alt: str) -> Markup:
    """A PNG inside the page."""
    return Markup('<img src="data:image/png;base64,{}" alt="{}">').format(
        base64.b64encode(png).decode(), alt
    )


def details(summary: str, *blocks: str) -> Markup:
    """What is shown once the reader asks for it."""
    return Markup("<details><summary>{}</summary>{}</details>").format(summary, join(blocks))


def join(blocks: Iterable[str]) -> Markup:
    return Markup("\n").join(blocks)


def shown(value: object) -> Markup:
    """`value` in a table: numbers with four digits and commas in thousands, None as a dash."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return Markup("–")
    if isinstance(value, bool) or not isinstance(value, Real):
        return escape(value)
    number = float(value)
    whole = isinstance(value, Integral) or abs(number) >= 1000
    return Markup(f"{number:,.0f}" if whole else f"{number:.4g}")


def _is_number(cell: object) -> bool:
    if isinstance(cell, str):
        return bool(_NUMBER.fullmatch(cell)) or cell in ("", "–")
    return cell is None or (isinstance(cell, Real) and not isinstance(cell, bool))


def _cells(tag: str, row: Sequence[object], kind: Sequence[Markup]) -> Markup:
    pairs = zip(row, kind, strict=True)
    return Markup("").join(
        Markup(f"<{tag}{{}}>{{}}</{tag}>").format(each, shown(cell)) for cell, each in pairs
    )


@cache
def _style() -> Markup:
    return Markup(files(__package__).joinpath("report_page.css").read_text("utf-8"))


_FRAME = Markup("""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>
{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p>{subtitle}</p>
</header>
<nav aria-label="Contents"><ul>{contents}</ul></nav>
<main>
{body}
</main>
</body>
</html>
""")
