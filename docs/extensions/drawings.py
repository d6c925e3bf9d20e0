"""The directive `drawing`: a picture of docs/figures inside the page, in the page's own colours."""

import re
from html import escape
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FIGURES = Path(__file__).resolve().parents[1] / "figures"


class Drawing(SphinxDirective):
    """`drawing` NAME, with an alternative text and maybe a caption.

    The file is docs/figures/NAME.LANGUAGE.svg, or NAME.svg where a picture has no words.
    """

    required_arguments = 1
    has_content = True
    option_spec = {"alt": directives.unchanged_required}  # noqa: RUF012 (as docutils has it)

    def run(self) -> list[nodes.Node]:
        name, alternative = self.arguments[0], self.options.get("alt", "")
        if not alternative:
            raise self.error("A drawing needs an alternative text: `:alt:`.")
        file = FIGURES / f"{name}.{self.config.language}.svg"
        file = file if file.exists() else FIGURES / f"{name}.svg"
        if not file.exists():
            raise self.error(f"There is no drawing {name!r} in docs/figures.")
        self.env.note_dependency(str(file))
        svg = file.read_text("utf-8")
        svg = svg[svg.index("<svg") :].replace(
            "<svg",
            f'<svg role="img" aria-label="{escape(alternative)}" style="min-width:{_least(svg)}px"',
            1,
        )
        figure = nodes.container(classes=["drawing"])
        figure += nodes.raw("", svg, format="html")
        if self.content:
            figure += self.parse_content_to_nodes()
        return [figure]


def _least(svg: str) -> int:
    """The width in pixels below which its words are too small to read; then one scrolls."""
    points = re.search(r'width="([\d.]+)pt"', svg)
    return round(0.75 * float(points[1])) if points else 0


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("drawing", Drawing)
    return {"parallel_read_safe": True}
