"""The languages of the site, and on each page a link to the other one."""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

DOCS = Path(__file__).resolve().parents[1]
SOURCES = {"en": DOCS, "ko": DOCS / "ko"}
NAMES = {"en": "English", "ko": "한국어"}
_MADE = ("search", "genindex")  # by Sphinx, in every language


def other_page(page: str, language: str) -> tuple[str, str]:
    """The other language, and the way there: the same page, else the first one."""
    other = "en" if language == "ko" else "ko"
    there = page in _MADE or (SOURCES[other] / f"{page}.md").exists()
    target = page if there else "index"
    return other, f"{'../' * (page.count('/') + 1)}{other}/{target}.html"


def _add_link(app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    language, url = other_page(page, app.config.language)
    context["other_language"] = {"code": language, "name": NAMES[language], "url": url}


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", _add_link)
    return {"parallel_read_safe": True}
