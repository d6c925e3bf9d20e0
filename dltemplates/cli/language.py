"""The language of a template's help: the user's own, where the template speaks it."""

import os


def language() -> str:
    """Returns the language of the locale as two letters: `ko` for ko_KR.UTF-8, else `en`."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if locale := os.environ.get(variable):
            return "ko" if locale.lower().startswith("ko") else "en"
    return "en"
