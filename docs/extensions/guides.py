"""Directives that list the guides, so that a new one needs no other line than its own."""

from html import escape
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from languages import SOURCES
from sphinx.application import Sphinx
from sphinx.directives.other import TocTree
from sphinx.util.docutils import SphinxDirective

from dltemplates.scaffold import catalog


def guides(folder: Path) -> list[str]:
    """The guides in a folder by name: those of templates, then all others."""
    names = sorted(page.stem for page in folder.glob("*.md") if page.stem != "index")
    of_templates = [name for name in catalog.names() if name in names]
    return of_templates + [name for name in names if name not in of_templates]


def untranslated() -> dict[str, str]:
    """Titles of the guides that are there in English only, by name."""
    english, korean = SOURCES["en"], guides(SOURCES["ko"])
    return {
        name: (english / f"{name}.md").read_text("utf-8").split("\n", 1)[0].lstrip("# ")
        for name in guides(english)
        if name not in korean
    }


class Guides(TocTree):
    """A `toctree` of all guides in the page's language."""

    def run(self) -> list[nodes.Node]:
        folder = SOURCES[self.config.language]
        self.env.note_reread()  # a guide that is new changes no file that this page knows
        self.content = StringList([f"/{name}" for name in guides(folder)], str(folder))
        return super().run()


class EnglishGuides(SphinxDirective):
    """Links to the English guides that have no Korean page, below a title, if there are any."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()
        items = "".join(
            f'<li><a href="../../en/{name}.html" hreflang="en">{escape(title.replace("`", ""))}</a>'
            for name, title in untranslated().items()
        )
        if not items:
            return []
        title = nodes.rubric(text=self.arguments[0])
        return [title, nodes.raw("", f'<ul lang="en">{items}</ul>', format="html")]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("guides", Guides)
    app.add_directive("english-guides", EnglishGuides)
    return {"parallel_read_safe": True}
