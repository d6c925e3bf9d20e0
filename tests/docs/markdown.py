"""Markdown as our pages use it: blocks of code, code within lines, links, pictures, headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
READMES = (ROOT / "README.md", ROOT / "README.ko.md")

_FENCE = re.compile(r"^```([\w{}-]*)([^\n]*)\n(.*?)^```$", re.M | re.S)
_INDENTED = re.compile(r"(?:^\n|\A)((?:^ {4}[^\n]*\n|^\n)*^ {4}[^\n]*$)", re.M)
_LINK = re.compile(r"(!?)\[([^]]*)\]\(([^)\s]+)\)")
_PICTURE = re.compile(r"<img\b[^>]*>")


@dataclass(frozen=True)
class Block:
    """A block of code. `kind` is what stands behind its fence; empty where it is indented."""

    kind: str
    text: str


def guides() -> list[Path]:
    """All English pages of the site that a person wrote, in the order of their names."""
    folders = [DOCS, *(DOCS / name for name in ("start", "learn", "guides", "design"))]
    return sorted(page for folder in folders for page in folder.glob("*.md"))


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@cache
def blocks(page: Path) -> tuple[Block, ...]:
    """The blocks of a page, in its order: fenced ones, and those that four spaces indent."""
    text = page.read_text("utf-8")
    found = [
        (fence.start(), Block(fence[1] + fence[2], fence[3])) for fence in _FENCE.finditer(text)
    ]
    rest = _FENCE.sub(lambda fence: re.sub(r"[^\n]", "#", fence[0]), text)
    found += [
        (block.start(), Block("", re.sub(r"^ {4}", "", block[1], flags=re.M).strip("\n") + "\n"))
        for block in _INDENTED.finditer(rest)
    ]
    return tuple(block for _, block in sorted(found, key=lambda each: each[0]))


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", page.read_text("utf-8"))


def spans(page: Path) -> list[str]:
    """Code within lines of text, spaces and line ends in it being one space."""
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose(page))]


def links(page: Path) -> list[str]:
    """Where the links and pictures of a page lead."""
    text = prose(page)
    return [link[2] for link in _LINK.findall(text)] + re.findall(
        r'(?:href|src|srcset)="([^"]+)"', text
    )


def pictures(page: Path) -> Iterator[tuple[str, str]]:
    """The pictures of a page: the file, and the alternative text, which may be empty."""
    text = prose(page)
    yield from ((file, alt) for mark, alt, file in _LINK.findall(text) if mark)
    for tag in _PICTURE.findall(text):
        values = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        yield values["src"], values.get("alt", "")
    for block in blocks(page):
        if block.kind.startswith("{image}"):
            alt = re.search(r"^:alt: *(.*)$", block.text, re.M)
            yield block.kind.removeprefix("{image}").strip(), alt[1] if alt else ""


@cache
def anchors(page: Path) -> frozenset[str]:
    """What the headings of a page can be reached by, as GitHub and MyST name them."""
    titles = re.findall(r"^#+ +(.+?) *$", prose(page), re.M)
    return frozenset(re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles)


def section(page: Path, anchor: str) -> str:
    """The text below a heading, to the next one of its level or above."""
    text = page.read_text("utf-8")
    headings = list(re.finditer(r"^(#+) +(.+?) *$", text, re.M))
    for place, heading in enumerate(headings):
        name = re.sub(r"[^\w\- ]", "", heading[2].lower()).replace(" ", "-")
        if name == anchor:
            later = (each for each in headings[place + 1 :] if len(each[1]) <= len(heading[1]))
            end = next(later, None)
            return text[heading.end() : end.start() if end else None]
    raise KeyError(anchor)
