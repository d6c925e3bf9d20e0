"""Links and pictures of all our Markdown: what they lead to is there."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.docs.markdown import DOCS, READMES, ROOT, anchors, links, name_of, pictures

OTHERS = (ROOT / "templates" / "README.md", ROOT / "benchmarks" / "RESULTS.md")
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *OTHERS])
PICTURES = DOCS / "pictures"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in links(page):
        parts = urlsplit(link)
        if parts.scheme:
            assert parts.scheme in ("https", "http", "path"), link
            assert re.fullmatch(r"[\w-]+(\.[\w-]+)+(:\d+)?", parts.netloc), link
            continue
        target = (page.parent / parts.path).resolve() if parts.path else page
        outside = not target.exists() or not target.is_relative_to(ROOT)
        if outside or (parts.fragment and parts.fragment not in anchors(target)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pictures_are_there_and_told(page: Path) -> None:
    for file, alternative in pictures(page):
        assert (page.parent / file).is_file(), file
        assert len(alternative) > 20, f"{file} has no alternative text."
        if name_of(page).endswith(".ko.md") or page.is_relative_to(DOCS / "ko"):
            assert re.search("[가-힣]", alternative), file


def test_every_picture_is_shown_and_small() -> None:
    shown = {(page.parent / link).resolve() for page in READMES for link in links(page)}
    made = [*PICTURES.glob("*.png"), *PICTURES.glob("*.svg")]
    assert len(made) == 7
    for picture in made:
        assert picture in shown, picture.name
        assert picture.stat().st_size < 150_000, picture.name
