"""The README: figures that were measured, and the same in both languages."""

import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from tests.docs.markdown import READMES, ROOT, blocks, links, name_of, section

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
_NUMBER = re.compile(r"(?<![\w.])(?:\d{1,3}(?:,\d{3})+|\d*\.\d+|\d+)(?![\w]|\.\d)")
_SOURCE = re.compile(r"\[[^]]*\]\(benchmarks/RESULTS\.md#([^)]+)\)")


def rows(page: Path) -> list[str]:
    """The rows of the table of templates: those that link to what was measured."""
    table = page.read_text("utf-8").split("\n## ")[0]
    return [line for line in table.splitlines() if line.startswith("| ") and _SOURCE.search(line)]


def figures(row: str) -> list[str]:
    """The numbers of a row, without those of names, links and code."""
    return re.findall(r"\d[\d,]*\.?\d*|\.\d+", re.sub(r"\[[^]]*\]\([^)]*\)|`[^`]*`|F1", "", row))


def measured(figure: str, text: str) -> bool:
    """Whether a number of `text`, as precise as `figure` or rounded to that, equals it."""
    wanted = Decimal(figure.replace(",", ""))
    step = Decimal(1).scaleb(wanted.as_tuple().exponent)
    numbers = (Decimal(each.replace(",", "")) for each in _NUMBER.findall(text))
    return any(each.quantize(step, ROUND_HALF_UP) == wanted for each in numbers)


def test_every_template_has_its_row() -> None:
    for page in READMES:
        table = "\n".join(rows(page))
        for template in (ROOT / "templates").glob("[!_]*/template.toml"):
            assert f"[`{template.parent.name}`]" in table


@pytest.mark.parametrize("page", READMES, ids=name_of)
def test_figures_were_measured(page: Path) -> None:
    for row in rows(page):
        source = _SOURCE.search(row)
        assert source is not None
        text = section(RESULTS, source[1])
        assert figures(row), row
        missing = [figure for figure in figures(row) if not measured(figure, text)]
        assert not missing, f"{missing} are not below {source[1]!r} in RESULTS.md."


def test_a_changed_figure_is_noticed() -> None:
    text = section(RESULTS, "cifar-10-accuracy-against-minutes")
    assert all(measured(figure, text) for figure in ("88.88", "88.9", "8.2", "45,000"))
    assert not any(measured(figure, text) for figure in ("88.87", "98.9", "8.3", "46,000"))


def test_both_languages_have_the_same() -> None:
    english, korean = READMES
    assert [figures(row) for row in rows(english)] == [figures(row) for row in rows(korean)]
    assert _code(english) == _code(korean)
    assert sorted(_english(link) for link in links(korean)) == sorted(map(_english, links(english)))


def _code(page: Path) -> list[tuple[str, str]]:
    """The blocks without what is said of their lines: behind `#`, or beside the name of a file."""
    return [
        (block.kind, re.sub(r" *# .*" if block.kind else r"(?<=\S) {2,}.*", "", block.text))
        for block in blocks(page)
    ]


def _english(link: str) -> str:
    return link.replace("docs/ko/", "docs/").replace(".ko.", ".").replace(".en.", ".")
