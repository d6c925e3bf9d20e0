"""The language of help, and of new projects: what `--lang` says, else the user's own."""

import os

import click

LANGUAGES = ("en", "ko")


def language(chosen: str | None = None) -> str:
    """Returns `chosen`, else the language of the locale: `ko` for ko_KR.UTF-8, else `en`."""
    if chosen:
        return chosen
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if locale := os.environ.get(variable):
            return "ko" if locale.lower().startswith("ko") else "en"
    return "en"


lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="Language of what templates say, and of new projects; default: the locale's.",
)
