"""The site, built as `make docs` builds it: warnings are errors; links, pictures, no network."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("en", "ko")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("site")]

LOADING = {"img": "src", "script": "src", "iframe": "src", "source": "src", "use": "href"}


class Page(HTMLParser):
    """What a page links to, loads, and shows."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.nameless: list[str] = []
        self.language = ""
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "html":
            self.language = values.get("lang", "")
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag == "link" and values.get("rel") in ("stylesheet", "icon", "preload"):
            self.loads.append(values["href"])
        if tag in LOADING and LOADING[tag] in values:
            self.loads.append(values[LOADING[tag]])
        picture = tag == "img" or (tag == "svg" and values.get("role") == "img")
        if picture and not (values.get("alt") or values.get("aria-label")):
            self.nameless.append(str(values))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-X", "importtime", "-m", "docs", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    timed = ("import time:", "INFO")
    said = [line for line in built.stderr.splitlines() if not line.startswith(timed)]
    assert built.returncode == 0, "\n".join(said)
    assert re.search(r"\| +dltemplates$", built.stderr, re.M)
    assert not re.search(r"\| +(tensorflow|keras)$", built.stderr, re.M)
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {file: Page(file) for file in site.rglob("*.html")}


def test_links_lead_somewhere(pages: dict[Path, Page]) -> None:
    broken = []
    for file, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            if not target.is_file():
                broken.append(f"{file.name}: {link}")
            known = pages[target].ids if target in pages else []
            if parts.fragment and known and unquote(parts.fragment) not in known:
                broken.append(f"{file.name}: {link}")
    assert not broken


def test_a_page_loads_nothing_from_elsewhere(pages: dict[Path, Page]) -> None:
    assert sum(len(page.loads) for page in pages.values()) > len(pages)
    for file, page in pages.items():
        for load in page.loads:
            assert not urlsplit(load).netloc, f"{file}: {load}"


def test_pictures_have_alternative_texts(pages: dict[Path, Page], site: Path) -> None:
    assert not [page.nameless for page in pages.values() if page.nameless]
    for language in LANGUAGES:
        for name in (page.stem for page in (ROOT / "docs" / "learn").glob("[!i]*.md")):
            text = (site / language / "learn" / f"{name}.html").read_text("utf-8")
            assert '<svg role="img" aria-label="' in text, f"{language}: {name} has no picture"


def test_ids_are_unique_and_languages_said(pages: dict[Path, Page], site: Path) -> None:
    for file, page in pages.items():
        twice = {each for each in page.ids if page.ids.count(each) > 1}
        assert not twice, f"{file}: {twice}"
        expected = file.relative_to(site).parts[0]
        assert page.language == (expected if expected in LANGUAGES else "en")


def test_every_page_links_to_the_other_language(pages: dict[Path, Page], site: Path) -> None:
    for file, page in pages.items():
        if file.parent == site:
            continue
        language = file.relative_to(site).parts[0]
        other = site / ("en" if language == "ko" else "ko")
        targets = [(file.parent / link).resolve() for link in page.links if "://" not in link]
        same = other / file.relative_to(site / language)
        assert (same if same.exists() else other / "index.html") in targets, file


def test_the_theme_speaks_korean(site: Path) -> None:
    words = "Next|Previous|Home|On this page|Skip to content|Back to top|Made with|Contents|Menu"
    english = re.compile(rf">\s*({words}|Light mode|Dark mode)\s*<|Toggle|Link to this")
    assert english.search((site / "en" / "runs.html").read_text("utf-8"))
    for page in ("index", "runs", "search", "genindex", "learn/dropout"):
        text = (site / "ko" / f"{page}.html").read_text("utf-8")
        assert not (found := english.search(text)), f"{page}: {found}"
