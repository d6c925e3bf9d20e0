import re

from markupsafe import Markup

from dltemplates.evaluation.marked_text import AGAINST, FOR, marked_text
from dltemplates.evaluation.text_mistakes import TextMistake


def mistake(text, influence):
    return TextMistake(0, text, ["bad"], ["good"], 0.1, 2.3, influence)


def marks(markup):
    """Each mark: its text, its colour, its strength and whether it is underlined."""
    found = re.findall(r'<mark style="([^"]*)">([^<]*)</mark>', markup)
    return [
        (text, FOR in style, int(re.search(r"(\d+)%", style)[1]), "underline" in style)
        for style, text in found
    ]


def test_the_colour_says_for_or_against_and_its_strength_how_much():
    spans = [(0, 1, 2.0), (1, 2, 1.0), (2, 3, -1.0), (3, 4, 0.0), (4, 5, 0.01)]
    markup = marked_text(mistake("abcde", spans))
    assert marks(markup) == [
        ("a", True, 60, True),
        ("b", True, 30, False),
        ("c", False, 30, False),
    ]
    assert AGAINST in markup and "de</p>" in markup


def test_neighbours_of_one_strength_share_a_mark():
    markup = marked_text(mistake("abcdef", [(0, 3, 1.0), (3, 6, 1.0)]))
    assert [each[0] for each in marks(markup)] == ["abc", "def"]  # one is underlined


def test_what_is_html_or_no_character_is_shown_as_text():
    markup = marked_text(mistake("<b>&\x00\ud800\n", [(1, 2, 1.0)]))
    assert "&lt;<mark" in markup and "&gt;&amp;\ufffd\ufffd\n</p>" in markup
    markup.encode("utf-8")


def test_of_a_long_text_the_part_that_counts_is_shown():
    text = "x" * 900 + "!" + "y" * 900
    markup = marked_text(mistake(text, [(0, 1, 1.0), (900, 901, 2.0)]))
    part, whole = (Markup(each).striptags() for each in markup.split("<details>"))
    assert part == "… " + "x" * 100 + "!" + "y" * 299 + " …"
    assert whole == "All 1,801 characters" + text


def test_a_text_without_influence_has_no_marks():
    assert marked_text(mistake("plain", [])) == '<p dir="auto">plain</p>'
    assert marks(marked_text(mistake("z" * 500, []))) == []
