"""Values as literals of the languages that templates are written in."""

import json
import unicodedata

from dltemplates.scaffold.parameters import Value

_SHORT = 60  # columns: leaves 40 of a line of code


def toml(value: Value) -> str:
    """Returns `value` as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    # JSON's escapes are TOML's too, but TOML also wants DEL escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_names(value: str) -> str:
    """Returns names that commas separate as a TOML list."""
    names = [name.strip() for name in value.split(",")]
    return f"[{', '.join(toml(name) for name in names if name)}]"


def python(value: Value) -> str:
    """Returns `value` as Python writes it, strings in double quotes as formatters want them."""
    if isinstance(value, str) and '"' not in value and "\\" not in value and value.isprintable():
        return f'"{value}"'
    return repr(value)


def short(value: str) -> str:
    """Returns `value`, cut where it would need more columns than a line of code has for it."""
    kept, columns = "", 0
    for character in value:
        columns += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if columns > _SHORT:
            return kept.rstrip() + "…"
        if columns < _SHORT:
            kept += character
    return value
