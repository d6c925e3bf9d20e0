"""Links out of the site's folder, to what is elsewhere once it is built."""

import re
from pathlib import Path

from sphinx.application import Sphinx

DOCS = Path(__file__).resolve().parents[1]
_LINK = re.compile(r"\[([^]]+)\]\((\.\./[^)#\s]+)(#[^)\s]*)?\)")


def _rewrite(app: Sphinx, page: str, source: list[str]) -> None:
    folder = Path(app.srcdir, page).parent

    def rewritten(link: re.Match[str]) -> str:
        text, path, anchor = link.groups()
        target = (folder / path).resolve()
        if not target.is_relative_to(DOCS):
            return f"[{text}](path:{path})"  # a copy of the file
        if target.is_relative_to(app.srcdir):
            return link[0]
        english = target.relative_to(DOCS).with_suffix(".html").as_posix()
        way = f"{'../' * (page.count('/') + 1)}en/{english}{anchor or ''}"
        return f'<a href="{way}" hreflang="en">{text}</a>'

    source[0] = _LINK.sub(rewritten, source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", _rewrite)
    return {"parallel_read_safe": True}
