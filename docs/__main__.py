"""Builds the site in both languages: `python -m docs [FOLDER]`, by default build/docs."""

import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

DOCS = Path(__file__).resolve().parent
OPTIONS = ["-q", "-W", "--keep-going", "-b", "html"]


def build(folder: Path) -> int:
    """Builds both languages, warnings being errors, and the page that asks which."""
    english = build_main([*OPTIONS, str(DOCS), str(folder / "en")])
    korean = build_main(
        [*OPTIONS, "-c", str(DOCS), "-t", "ko", str(DOCS / "ko"), str(folder / "ko")]
    )
    if english or korean:
        return 1
    shutil.copy(DOCS / "_templates" / "languages.html", folder / "index.html")
    print(f"Built: {folder / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1] if len(sys.argv) > 1 else "build/docs")))
