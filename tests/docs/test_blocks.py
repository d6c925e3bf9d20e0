"""Every block of code in README and docs, and every command within their lines, can be.

Commands are read by the parsers of the program itself: each must be there, with its options, and
take the values and settings that it is given. test_cheap_commands runs those that take no training,
tests/examples the whole walk of the README, test_templates_guide that of docs/templates.md.
"""

import json
import re
import textwrap
import tomllib
from contextlib import suppress
from pathlib import Path

import click
import pytest

from dltemplates.scaffold import catalog
from tests.docs.command_lines import Walk, known_options, lines_of
from tests.docs.markdown import READMES, blocks, guides, name_of, spans

PAGES = [READMES[0], *guides()]
STARTS = re.compile(r"\$ |(dltemplates|python|pip|cd|make|bash|curl|docker|source|tail) |[A-Z_]+=")
# What stands behind a fence, besides the directives of the site: {…}.
KINDS = {"", "sh", "console", "text", "python", "toml", "json", "nginx"}
# Options of others, of which our pages speak.
FOREIGN = {"--enable_signature_method_name_check"}


def shell(page: Path) -> list[str]:
    """The lines of a page that a reader types; what they answered stands between them."""
    found = []
    for block in blocks(page):
        parts = block.text.split("\n\n") if block.kind == "" else [block.text]
        for part in parts if block.kind in ("sh", "console", "") else []:
            if block.kind or STARTS.match(part):
                typed = re.findall(r"^\$ .*", part, re.M) if part.startswith("$ ") else [part]
                found += lines_of("\n".join(typed))
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_lines_of_a_shell(page: Path) -> None:
    template = page.stem if page.stem in catalog.names() else None
    walk = Walk(template, anew=page.parent.name in ("learn", "start"))
    for line in shell(page):
        try:
            walk.check(line)
        except click.ClickException as error:
            raise AssertionError(f"{line}\n{error.format_message()}") from None


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_blocks_are_what_they_say(page: Path) -> None:
    for block in blocks(page):
        kind = block.kind.strip()
        assert kind in KINDS or kind.startswith("{"), kind
        if kind == "python":
            compile(textwrap.dedent(block.text), name_of(page), "exec")  # within a function
        elif kind == "toml":
            tomllib.loads(block.text)
        elif kind == "json":
            json.loads(block.text)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_within_lines(page: Path) -> None:
    for span in spans(page):
        for option in re.findall(r"(?<![\w-])--[a-z][\w-]*", span):
            others = re.match(r"(ruff|docker|pip|git|optuna-dashboard|python -m benchmarks) ", span)
            assert others or option in known_options() | FOREIGN, span
        if re.match(r"dltemplates \w|python -m my_\w+ \w", span) and "…" not in span:
            with suppress(click.MissingParameter):  # `dltemplates new`, which is a name here
                Walk().check(span)
