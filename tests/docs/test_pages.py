"""Pages in both languages: the same commands, the same outputs, the same parts."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(
    path.relative_to(DOCS).as_posix()
    for path in (*DOCS.glob("learn/*.md"), *DOCS.glob("start/*.md"))
)
CONCEPTS = [page for page in PAGES if page.startswith("learn/") and "index" not in page]
FENCE = re.compile(r"^```([\w{}-]*)([^\n]*)\n(.*?)^```", re.M | re.S)


def blocks(page: str, language: str) -> list[tuple[str, str]]:
    """The fenced blocks of a page but for its pictures, whose words differ."""
    text = (DOCS / ("ko" if language == "ko" else ".") / page).read_text("utf-8")
    found = [(kind + rest, body) for kind, rest, body in FENCE.findall(text)]
    return [block for block in found if not re.match(r"{(drawing|image)}", block[0])]


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_show_the_same(page: str) -> None:
    assert without_comments(page, "en") == without_comments(page, "ko")


@pytest.mark.parametrize("page", CONCEPTS)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_concept_has_all_its_parts(page: str, language: str) -> None:
    text = (DOCS / ("ko" if language == "ko" else ".") / page).read_text("utf-8")
    assert "```{drawing}" in text
    assert "$$" in text
    assert "```{project-code}" in text
    assert "config.toml" in text
    kinds = [kind for kind, _ in blocks(page, language)]
    assert "sh" in kinds and "text" in kinds  # an experiment, and what came of it


@pytest.mark.parametrize("guide", sorted(path.name for path in DOCS.glob("ko/*.md")))
def test_a_korean_guide_has_kept_up(guide: str) -> None:
    english, korean = (DOCS / guide, DOCS / "ko" / guide)
    assert command_lines(korean) == command_lines(english)
    assert without_comments(guide, "ko") == without_comments(guide, "en")
    headings = [
        len(re.findall(r"^#+ ", page.read_text("utf-8"), re.M)) for page in (english, korean)
    ]
    assert headings[0] == headings[1]


def without_comments(page: str, language: str) -> list[tuple[str, str]]:
    return [(kind, re.sub(r" *# .*", "", body)) for kind, body in blocks(page, language)]


def command_lines(page: Path) -> list[str]:
    """The commands of a guide, without what is said of them behind a `#`."""
    lines = re.findall(
        r"^    (?:\$ )?((?:python|dltemplates|pip|cd) .*)", page.read_text("utf-8"), re.M
    )
    return [line.split(" #")[0].strip() for line in lines]
