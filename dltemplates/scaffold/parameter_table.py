"""Reads the `[parameters.NAME]` tables of `template.toml`."""

import keyword
import re
from collections.abc import Mapping
from dataclasses import replace

from dltemplates.errors import AnswerError, did_you_mean
from dltemplates.scaffold.parameters import NUMBERS, TYPES, Parameter, Value, text_of
from dltemplates.scaffold.toml_table import TomlTable

# What a template can print besides its parameters, and the words that Jinja keeps for itself.
RESERVED = ("title", "package", "folder", "template", "template_version", "version")
_JINJA = ("true", "false", "none", "loop", "self", "caller", "varargs", "kwargs")

_KEYS = (
    "type", "default", "help", "min", "max", "choices", "pattern", "unit", "auto", "when",
    "defaults_for", "choices_for", "ask",
)  # fmt: skip
_VALUE = (str, bool, int, float)


def parameters(tables: TomlTable) -> dict[str, Parameter]:
    """Returns a template's parameters in their order; each may refer to earlier ones only."""
    known: dict[str, Parameter] = {}
    for name in tables:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
            raise tables.error(name, "expected a lower-case Python name.")
        if name in RESERVED or name in _JINJA:
            raise tables.error(name, "this name is reserved.")
        known[name] = _parameter(name, tables.table(name), known)
    return known


def _parameter(name: str, table: TomlTable, earlier: Mapping[str, Parameter]) -> Parameter:
    table.refuse_unknown(_KEYS)
    kind = table.get("type", str)
    if kind not in TYPES:
        raise table.error("type", f"expected one of {', '.join(TYPES)}; received {kind!r}.")
    parameter = Parameter(
        name=name,
        type=kind,
        default="",
        help=table.texts("help"),
        minimum=_bound(table, "min", kind),
        maximum=_bound(table, "max", kind),
        choices=_choices(table, kind),
        pattern=_pattern(table, kind),
        unit=table.get("unit", str, default=""),
        auto=_auto(table, kind),
        when=_when(table, earlier),
        ask=table.get("ask", bool, default=True),
    )
    low, high = parameter.minimum, parameter.maximum
    if low is not None and high is not None and low > high:
        raise table.error("max", "is less than min.")
    parameter = replace(parameter, default=_checked(parameter, "default", table))
    return replace(
        parameter,
        defaults_for=_defaults_for(parameter, table, earlier),
        choices_for=_choices_for(parameter, table, earlier),
    )


def _bound(table: TomlTable, key: str, kind: str) -> float | None:
    if key not in table:
        return None
    if kind not in NUMBERS:
        raise table.error(key, "only a number has bounds.")
    bound: float = table.get(key, int) if kind == "int" else table.get(key, int, float)
    return bound


def _choices(table: TomlTable, kind: str) -> tuple[str, ...]:
    if kind != "choice":
        if "choices" in table:
            raise table.error("choices", 'needs type = "choice".')
        return ()
    choices = table.get("choices", list)
    if not choices or not all(isinstance(choice, str) for choice in choices):
        raise table.error("choices", "expected a list of strings.")
    if len(set(choices)) < len(choices):
        raise table.error("choices", "has the same value twice.")
    return tuple(choices)


def _pattern(table: TomlTable, kind: str) -> str | None:
    if "pattern" not in table:
        return None
    pattern: str = table.get("pattern", str)
    if kind not in ("string", "path"):
        raise table.error("pattern", "only a string or a path has a pattern.")
    try:
        re.compile(pattern)
    except re.error as error:
        raise table.error("pattern", f"not a regular expression: {error}.") from error
    return pattern


def _auto(table: TomlTable, kind: str) -> bool:
    auto: bool = table.get("auto", bool, default=False)
    if auto and kind not in (*NUMBERS, "bool"):
        raise table.error("auto", "only a number or a bool can be auto.")
    return auto


def _when(table: TomlTable, earlier: Mapping[str, Parameter]) -> dict[str, tuple[Value, ...]]:
    conditions = table.table("when")
    when: dict[str, tuple[Value, ...]] = {}
    for name in conditions:
        other = _earlier(name, conditions, earlier)
        wanted = conditions.get(name, *_VALUE, list)
        values = wanted if isinstance(wanted, list) else [wanted]
        try:
            when[name] = tuple(other.check(value) for value in values)
        except AnswerError as error:
            raise conditions.error(name, error.message) from error
    return when


def _defaults_for(
    parameter: Parameter, table: TomlTable, earlier: Mapping[str, Parameter]
) -> dict[str, dict[str, Value]]:
    tables = table.table("defaults_for")
    defaults: dict[str, dict[str, Value]] = {}
    for name in tables:
        other = _earlier(name, tables, earlier)
        by_value = tables.table(name)
        for value in by_value:
            _check_spelling(other, value, by_value)
        defaults[name] = {value: _checked(parameter, value, by_value) for value in by_value}
    return defaults


def _choices_for(
    parameter: Parameter, table: TomlTable, earlier: Mapping[str, Parameter]
) -> dict[str, dict[str, tuple[str, ...]]]:
    tables = table.table("choices_for")
    fewer: dict[str, dict[str, tuple[str, ...]]] = {}
    for name in tables:
        other = _earlier(name, tables, earlier)
        by_value = tables.table(name)
        for value in by_value:
            _check_spelling(other, value, by_value)
        fewer[name] = {value: _fewer(parameter, value, by_value) for value in by_value}
    return fewer


def _fewer(parameter: Parameter, key: str, table: TomlTable) -> tuple[str, ...]:
    choices = table.get(key, list)
    if parameter.default not in choices or not set(choices) <= set(parameter.choices):
        raise table.error(key, f"expected some of {list(parameter.choices)}, with the default.")
    return tuple(choices)


def _earlier(name: str, table: TomlTable, earlier: Mapping[str, Parameter]) -> Parameter:
    if name not in earlier:
        raise table.error(
            name, f"no earlier parameter has this name. {did_you_mean(name, earlier)}"
        )
    return earlier[name]


def _checked(parameter: Parameter, key: str, table: TomlTable) -> Value:
    try:
        return parameter.check(table.get(key, *_VALUE))
    except AnswerError as error:
        raise table.error(key, error.message) from error


def _check_spelling(parameter: Parameter, text: str, table: TomlTable) -> None:
    """A value that stands as a key is compared as text, so `true` must not be written `yes`."""
    try:
        expected = text_of(parameter.parse(text))
    except AnswerError as error:
        raise table.error(text, error.message) from error
    if text != expected:
        raise table.error(text, f"write it as {expected!r}.")
