"""The guides of a language, its link to the other one, and links out of the site."""

import re
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.directives.other import TocTree
from sphinx.util.docutils import SphinxDirective

from dltemplates.scaffold import catalog

DOCS = Path(__file__).resolve().parents[1]
SOURCES = {"en": DOCS, "ko": DOCS / "ko"}
_MADE = ("search", "genindex")  # by Sphinx, in every language
NAMES = {"en": "English", "ko": "한국어"}


def other_page(page: str, language: str) -> tuple[str, str]:
    """The other language, and the way there: the same page, else the first one."""
    other = "en" if language == "ko" else "ko"
    there = page in _MADE or (SOURCES[other] / f"{page}.md").exists()
    target = page if there else "index"
    return other, f"{'../' * (page.count('/') + 1)}{other}/{target}.html"


def untranslated() -> dict[str, str]:
    """Titles of the guides that are there in English only, by name."""
    return {
        page.stem: page.read_text("utf-8").split("\n", 1)[0].lstrip("# ")
        for page in sorted(DOCS.glob("*.md"))
        if not (SOURCES["ko"] / page.name).exists()
    }


def guides(folder: Path) -> list[str]:
    """The guides in a folder by name: those of templates, then all others."""
    names = sorted(page.stem for page in folder.glob("*.md") if page.stem != "index")
    of_templates = [name for name in catalog.names() if name in names]
    return of_templates + [name for name in names if name not in of_templates]


class Guides(TocTree):
    """A `toctree` of all guides, so that a new one needs no other line than its own."""

    def run(self) -> list[nodes.Node]:
        folder = SOURCES[self.config.language]
        self.env.note_dependency(str(folder))
        self.content = StringList([f"/{name}" for name in guides(folder)], str(folder))
        return super().run() if self.content else []


class EnglishGuides(SphinxDirective):
    """A list of links to the English guides that have no Korean page."""

    def run(self) -> list[nodes.Node]:
        items = "".join(
            f'<li><a href="../../en/{name}.html" hreflang="en">{escape(title.replace("`", ""))}</a>'
            for name, title in untranslated().items()
        )
        return [nodes.raw("", f'<ul lang="en">{items}</ul>', format="html")] if items else []


def _add_link(app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    language, url = other_page(page, app.config.language)
    context["other_language"] = {"code": language, "name": NAMES[language], "url": url}


def _download_from_outside(app: Sphinx, page: str, source: list[str]) -> None:
    """Links to files of the repository that are no pages lead to a copy of the file."""
    folder = Path(app.srcdir, page).parent

    def rewritten(link: re.Match[str]) -> str:
        target = (folder / link[1]).resolve()
        return link[0] if target.is_relative_to(DOCS) else f"](path:{link[1]})"

    source[0] = re.sub(r"\]\((\.\./[^)#\s]+)(?:#[^)\s]*)?\)", rewritten, source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("guides", Guides)
    app.add_directive("english-guides", EnglishGuides)
    app.connect("source-read", _download_from_outside)
    app.connect("html-page-context", _add_link)
    return {"parallel_read_safe": True}
