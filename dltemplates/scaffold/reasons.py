"""Why answers were chosen, as comments beside their keys in `config.toml`."""

import re
import textwrap
from collections.abc import Iterator, Mapping
from itertools import dropwhile, takewhile

from dltemplates.columns import text_width

FILE = "config.toml"

_SETTING = re.compile(r"[A-Za-z_]+ = .*")  # `width = << width >>`
_PRINTED = re.compile(r"<<\s*([a-z][a-z0-9_]*)\b")
_TABLE = re.compile(r"\[[^\[\]]+\]")
_HYPHEN = re.compile(r"\w-$")  # where a word was wrapped
_WIDEST = 100
_SIGN = "(inspect)"  # what reasons end with, and comments of users do not
_STRUCTURE = {
    "en": "# What the data decided when the project was made, and what has no key below:",
    "ko": "# 프로젝트를 만들 때 데이터에 따라 정했고, 아래에 키가 없는 것:",
}


def with_reasons(text: str, reasons: Mapping[str, str], language: str = "en") -> str:
    """Returns the template `text` of a `config.toml` with a comment above each key that has one.

    The reason of a parameter that no key prints, since it changed the code, comes to the end of the
    comment that the file begins with.

    Args:
        text: The template, before it is rendered.
        reasons: By parameter, why it was answered so.
        language: That of the file.
    """
    lines = text.splitlines(keepends=True)
    keyed = {name for line in lines for name in _names(line)}
    out: list[str] = []
    for line in lines:
        for name in _names(line):
            if name in reasons:
                out += _comment(reasons[name])
        out.append(line)
    others = {name: reason for name, reason in reasons.items() if name not in keyed}
    if others:
        head = next((place for place, line in enumerate(out) if not line.strip()), len(out))
        told = [line for name, reason in others.items() for line in _comment(f"{name} = {reason}")]
        out[head:head] = [f"{_STRUCTURE.get(language, _STRUCTURE['en'])}\n", *told]
    return "".join(out)


def written(text: str, plain: str, template: str) -> dict[str, str]:
    """Returns the reasons in a `config.toml`, by parameter: what `with_reasons` put there.

    Args:
        text: The `config.toml`.
        plain: The same, without reasons, as its template renders it.
        template: The template's text, which says which key is whose.
    """
    known = frozenset(plain.splitlines())
    parameters = {key: _names(line) for key, line, _ in _settings(template) if _names(line)}
    found = _of_the_structure(text)
    for key, _, above in _settings(text):
        told = list(takewhile(lambda line: line not in known, reversed(above)))
        if key in parameters and (reason := _unwrapped(told[::-1])):
            found[parameters[key][0]] = reason
    return found


def _settings(text: str) -> Iterator[tuple[tuple[str, str], str, list[str]]]:
    """Yields each key with its table, its line, and the lines of comment above it."""
    table, above = "", []
    for line in text.splitlines():
        if line.startswith("# "):
            above.append(line)
            continue
        if _TABLE.match(line):
            table = line
        elif _SETTING.fullmatch(line):
            yield (table, line.partition(" = ")[0]), line, above
        above = []


def _of_the_structure(text: str) -> dict[str, str]:
    """The reasons at the end of the comment that the file begins with."""
    head = takewhile(str.strip, text.splitlines())
    found: dict[str, str] = {}
    told: list[str] = []
    for line in list(dropwhile(lambda line: line not in _STRUCTURE.values(), head))[1:]:
        told.append(line)
        name, _, reason = _unwrapped(told).partition(" = ")
        if reason:
            found[name] = reason
            told = []
    return found


def _unwrapped(lines: list[str]) -> str:
    """The reason that was wrapped to these lines of comment; empty if none was."""
    plain = [line.removeprefix("# ") for line in lines]
    whole = "".join(line if _HYPHEN.search(line) else f"{line} " for line in plain).rstrip()
    for text in (whole, " ".join(plain)):
        if text.endswith(_SIGN) and _wrapped(text) == plain:
            return text
    return ""


def _names(line: str) -> list[str]:
    """The parameters whose values a line gives to its key."""
    return _PRINTED.findall(line) if _SETTING.fullmatch(line.rstrip("\r\n")) else []


def _comment(reason: str) -> Iterator[str]:
    """Lines of comment that are neither too long, nor anything for Jinja to do."""
    plain = "".join(letter if letter.isprintable() else "�" for letter in reason)
    for line in _wrapped(plain):
        yield "# " + line.replace("<<", '<< "<<" >>') + "\n"


def _wrapped(text: str) -> list[str]:
    """Lines of at most 100 columns, where Hangul takes two."""
    room = _WIDEST - len("# ")
    lines = textwrap.wrap(text, room)
    while any(text_width(line) > _WIDEST - 2 for line in lines):
        room -= 2
        lines = textwrap.wrap(text, room)
    return lines
