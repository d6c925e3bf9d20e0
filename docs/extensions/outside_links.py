"""Links to files of the repository that are no pages lead to a copy of the file."""

import re
from pathlib import Path

from sphinx.application import Sphinx

DOCS = Path(__file__).resolve().parents[1]
_LINK = re.compile(r"\]\((\.\./[^)#\s]+)(?:#[^)\s]*)?\)")


def _rewrite(app: Sphinx, page: str, source: list[str]) -> None:
    folder = Path(app.srcdir, page).parent

    def rewritten(link: re.Match[str]) -> str:
        target = (folder / link[1]).resolve()
        return link[0] if target.is_relative_to(DOCS) else f"](path:{link[1]})"

    source[0] = _LINK.sub(rewritten, source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", _rewrite)
    return {"parallel_read_safe": True}
