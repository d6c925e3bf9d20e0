"""Reads `config.toml` and `--set section.key=value` into a project's typed configuration."""

import json
import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from dltemplates.errors import ConfigError, did_you_mean
from dltemplates.training.run_records import by_key


class Section(BaseModel):
    """A table of `config.toml`. Unknown keys and wrong types are refused.

    TOML's dates and times are their text where a text may be: they need no quotes.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _times_as_text(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        texts = {key for key, field in cls.model_fields.items() if _admits_text(field.annotation)}
        return {
            key: str(value) if key in texts and isinstance(value, date | time) else value
            for key, value in values.items()
        }


C = TypeVar("C", bound=Section)


def load_config(schema: type[C], path: Path, overrides: tuple[str, ...] = ()) -> C:
    """Reads a configuration.

    Args:
        schema: The project's configuration class.
        path: The TOML file.
        overrides: `section.key=value` pairs; they win over the file.

    Raises:
        ConfigError: The file is missing or no TOML, or a key or value is wrong; names the key, the
            value, what was expected, and the nearest valid name.
    """
    values = read_tables(path)
    for override in overrides:
        _apply(schema, values, override)
    try:
        return schema.model_validate(values)
    except ValidationError as error:
        raise _explain(schema, error, path, overrides) from None


def read_tables(path: Path) -> dict[str, Any]:
    """The tables of a TOML file, whatever they hold.

    Raises:
        ConfigError: The file is missing or no TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(
            "There is no configuration here.",
            where=path,
            hint="Run this in the project's folder, or name the file with --config.",
        ) from None
    except UnicodeDecodeError:
        raise ConfigError("This file is not UTF-8.", where=path, hint="Save it as UTF-8.") from None
    except OSError as error:
        raise ConfigError(f"Cannot be read: {error.strerror}.", where=path) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(
            f"This is not valid TOML: {error}.", where=path, hint='Texts need quotes: key = "text".'
        ) from None


def settings_of(config: Section) -> dict[str, Any]:
    """The configuration by `section.key`, its values as JSON and TOML give them back."""
    return by_key(config.model_dump(mode="json"))


def dump_config(config: Section) -> str:
    """The configuration as TOML; `load_config` reads it back."""
    lines = []
    for section, values in config.model_dump().items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {json.dumps(v, ensure_ascii=False)}" for key, v in values.items()]
        lines.append("")
    return "\n".join(lines)


def changed(config: C, values: Mapping[str, Any], where: str | None = None) -> C:
    """The configuration with other values.

    Args:
        config: The configuration; it stays as it is.
        values: New values by `section.key`.
        where: What an error names as the place of the values; by default the key.

    Raises:
        ConfigError: A key is unknown, or a value is refused.
    """
    schema = type(config)
    tables = config.model_dump()
    for name, value in values.items():
        section, _, key = name.partition(".")
        _known(section, tables, "section", where or name)
        _known(key, _table(schema, section).model_fields, f"key in [{section}]", where or name)
        tables[section][key] = value
    try:
        return schema.model_validate(tables)
    except ValidationError as error:
        raise _explain(schema, error, where or "config.toml", ()) from None


def _apply(schema: type[Section], values: dict[str, Any], override: str) -> None:
    name, equals, text = override.partition("=")
    section, dot, key = name.strip().partition(".")
    if not (equals and dot and key):
        raise ConfigError(
            f"Expected section.key=value, received {override!r}.",
            where="--set",
            hint="For instance: --set train.seed=1",
        )
    _known(section, schema.model_fields, "section", "--set")
    _known(key, _table(schema, section).model_fields, "key", f"--set {section}")
    value = _literal(text.strip())
    kind = _table(schema, section).model_fields[key].annotation
    is_list = get_origin(kind) is list
    names = is_list and get_args(kind) == (str,) and not isinstance(value, list)
    if (kind is str or names) and not isinstance(value, str):
        value = text.strip()  # a folder or a column may be called 2024
    if is_list and isinstance(value, str):
        parts = [part.strip() for part in value.split(",") if part.strip()]
        value = parts if get_args(kind) == (str,) else [_literal(part) for part in parts]
    if not isinstance(values.setdefault(section, {}), dict):
        raise ConfigError(f"Expected a table, received {values[section]!r}.", where=section)
    values[section][key] = value


def _table(schema: type[Section], section: str) -> type[Section]:
    table = schema.model_fields[section].annotation
    if not (isinstance(table, type) and issubclass(table, Section)):
        raise TypeError(f"Expected {section!r} to be a Section, received {table!r}.")
    return table


def _admits_text(kind: Any) -> bool:
    """Whether a field of this type takes any text."""
    if get_origin(kind) is Annotated:
        return _admits_text(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return any(_admits_text(each) for each in get_args(kind))
    return kind is str


def _known(name: str, names: Any, what: str, where: str) -> None:
    if name not in names:
        raise ConfigError(f"Unknown {what} {name!r}.", where=where, hint=did_you_mean(name, names))


def _literal(text: str) -> Any:
    """`text` as a TOML value; what is none is a string, so that quotes can be left out."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, KeyError):
        return text


def _explain(
    schema: type[Section], error: ValidationError, path: object, overrides: tuple[str, ...]
) -> ConfigError:
    details = error.errors(include_url=False)
    # A misspelt key is also a missing one; the misspelling tells more.
    first = min(details, key=lambda detail: detail["type"] != "extra_forbidden")
    place = [str(part) for part in first["loc"][:2]]
    key = ".".join(place)
    where = f"--set {key}" if any(o.startswith(f"{key}=") for o in overrides) else f"{path}, {key}"
    if first["type"] == "extra_forbidden":
        table = schema if len(place) == 1 else _table(schema, place[0])
        hint = did_you_mean(place[-1], table.model_fields)
        return ConfigError("There is no such key.", where=where, hint=hint)
    if first["type"] == "missing":
        return ConfigError("This key is missing.", where=where, hint="Add it again.")
    expected = "; or ".join(
        d["msg"].removeprefix("Value error, ") for d in details if d["loc"][:2] == first["loc"][:2]
    )
    nearest = None
    if first["type"] == "literal_error" and len(first["loc"]) == 2:  # no number would do either
        choices = [c.strip(" '") for c in first["ctx"]["expected"].replace(" or ", ", ").split(",")]
        nearest = did_you_mean(str(first["input"]), choices)
    return ConfigError(f"{first['input']!r}: {expected}.", where=where, hint=nearest)
