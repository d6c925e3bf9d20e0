import re
from html.parser import HTMLParser

import numpy as np
import pytest
from markupsafe import Markup

from dltemplates.evaluation.report_page import (
    Section,
    details,
    facts,
    figure,
    image,
    note,
    page,
    paragraph,
    shown,
    table,
    tiles,
)

EVIL = '<script>alert("꽃")</script>'


class Balance(HTMLParser):
    """Finds tags that are not closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.scripts, self.addresses = [], 0, []

    def handle_starttag(self, tag, attrs):
        self.scripts += tag == "script"
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "link", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def parsed(text):
    parser = Balance()
    parser.feed(text)
    assert not parser.open
    return parser


@pytest.fixture
def everything():
    blocks = [
        paragraph(EVIL),
        note(EVIL, EVIL),
        table([EVIL, "n"], [[EVIL, 1]], EVIL),
        facts({EVIL: EVIL}),
        details(EVIL, EVIL),
        figure(image(b"\x89PNG", EVIL), EVIL),
        tiles([EVIL]),
        EVIL,
    ]
    return page(EVIL, EVIL, [Section(EVIL, blocks), Section("empty", [])])


def test_text_is_never_markup(everything):
    assert parsed(everything).scripts == 0
    assert everything.count("&lt;script&gt;") >= 12
    assert "꽃" in everything


def test_the_page_needs_nothing_else(everything):
    for address in parsed(everything).addresses:
        assert re.match(r"#s\d+$|data:", address)
    style = everything[everything.index("<style>") : everything.index("</style>")]
    assert "url(" not in style and "@import" not in style
    assert "default-src 'none'" in everything.replace("&#39;", "'")


def test_an_empty_section_is_left_out(everything):
    assert "empty" not in everything


def test_markup_is_not_escaped_twice():
    assert paragraph(paragraph("a")) == Markup("<p><p>a</p></p>")


def test_numbers_stand_to_the_right():
    cells = table(["name", "n", "share"], [["a", 1, "88.2 %"], ["1 b", None, "–"]])
    assert cells.count('class="number"') == 6
    assert '<td class="number">88.2 %</td>' in cells and "<td>1 b</td>" in cells


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (12345, "12,345"),
        (np.int64(12345), "12,345"),
        (12345.6, "12,346"),
        (0.123456, "0.1235"),
        (np.float32(0.5), "0.5"),
        (True, "True"),
        ("<", "&lt;"),
    ],
)
def test_values_in_words(value, words):
    assert shown(value) == words
