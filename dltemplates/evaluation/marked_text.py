"""A text in a page, with what spoke for and against its answer marked."""

from dataclasses import replace
from itertools import groupby
from unicodedata import category

import numpy as np
from markupsafe import Markup

from dltemplates.evaluation.report_page import details
from dltemplates.evaluation.text_mistakes import TextMistake

FOR, AGAINST = "var(--c1)", "var(--c0)"  # colours of the page that also the colour-blind tell apart
_LEVELS = 4
_STRONGEST = 60  # percent of a colour, through which text stays readable in light and dark
_LONGEST = 400  # characters that are shown at once
_BEFORE = 0.25  # of them, before what counts most


def marked_text(mistake: TextMistake) -> Markup:
    """The text as the model reads it: orange spoke for the wrong answer, blue against it.

    The stronger the colour, the more a character counts beside the others of its text; what counts
    most for the wrong answer is underlined too. Of a long text the part that counts most is shown,
    the whole on demand.
    """
    mistake = replace(mistake, text=_legible(mistake.text))
    levels, strongest = _levels(mistake)
    whole = _marked(mistake.text, levels, strongest, range(len(mistake.text)))
    shown = _part(mistake)
    if len(shown) == len(mistake.text):
        return Markup('<p dir="auto">{}</p>').format(whole)
    part = _marked(mistake.text, levels, strongest, shown)
    before, after = "… " if shown.start else "", " …" if shown.stop < len(mistake.text) else ""
    return Markup('<p dir="auto">{}{}{}</p>{}').format(
        before,
        part,
        after,
        details(
            f"All {len(mistake.text):,} characters", Markup('<p dir="auto">{}</p>').format(whole)
        ),
    )


def mark_legend() -> Markup:
    """What the colours mean."""
    return Markup("<p>{} {} {}</p>").format(
        _mark("spoke for the wrong answer", _LEVELS, strong=False),
        _mark("most of all", _LEVELS, strong=True),
        _mark("spoke against it", -_LEVELS, strong=False),
    )


def _legible(text: str) -> str:
    """The text with a sign for each control character and half of a pair, which HTML refuses."""
    return "".join(
        "\ufffd" if category(each) in ("Cc", "Cs") and not each.isspace() else each for each in text
    )


def _levels(mistake: TextMistake) -> tuple[np.ndarray, np.ndarray]:
    """How much each character counts, from -4 to 4, and which count most for the wrong answer."""
    added = np.zeros(len(mistake.text))
    for start, end, logits in mistake.influence:
        added[start:end] = logits
    largest = np.abs(added).max(initial=0.0) or 1.0
    strongest = np.zeros(len(added), bool)
    for start, end in mistake.strongest():
        strongest[start:end] = True
    return np.round(_LEVELS * added / largest).astype("int64"), strongest


def _part(mistake: TextMistake) -> range:
    """The characters of a long text that are shown: from a little before the strongest one on."""
    length = len(mistake.text)
    if length <= _LONGEST:
        return range(length)
    spans = mistake.strongest()
    first = spans[0][0] if spans else 0  # of the span that counts most
    start = min(max(0, first - int(_BEFORE * _LONGEST)), length - _LONGEST)
    return range(start, start + _LONGEST)


def _marked(text: str, levels: np.ndarray, strongest: np.ndarray, places: range) -> Markup:
    kinds = ((int(levels[place]), bool(strongest[place]), text[place]) for place in places)
    return Markup("").join(
        _mark("".join(character for *_, character in run), level, strong=strong)
        for (level, strong), run in groupby(kinds, key=lambda kind: kind[:2])
    )


def _mark(text: str, level: int, *, strong: bool) -> Markup:
    if not level:
        return Markup("{}").format(text)
    line = ";text-decoration:underline" if strong else ""
    return Markup(
        '<mark style="color:inherit;background:color-mix(in srgb,{} {}%,transparent){}">{}</mark>'
    ).format(FOR if level > 0 else AGAINST, _STRONGEST * abs(level) // _LEVELS, Markup(line), text)
