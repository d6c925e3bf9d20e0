"""Reads `template.toml` and refuses a malformed one, with the file and the key."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

from dltemplates.errors import TemplateError
from dltemplates.scaffold.parameter_table import parameters
from dltemplates.scaffold.parameters import Parameter
from dltemplates.scaffold.template import Template
from dltemplates.scaffold.toml_table import TomlTable

NAME = "template.toml"

_KEYS = ("name", "version", "task", "commands", "summary", "shared", "parameters", "hooks")


def read(file: Path, shared: Path, *, name: str | None = None) -> Template:
    """Returns the template that `file` describes.

    Args:
        file: A `template.toml`.
        shared: The files that every project gets, unless the template says `shared = false`.
        name: The name that it must have; default: any.
    """
    table = TomlTable(_load(file), file)
    table.refuse_unknown(_KEYS)
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", table.get("name", str)):
        raise table.error("name", "expected lower-case words with hyphens, as in cnn-classifier.")
    if name and table.get("name", str) != name:
        raise table.error("name", f"expected {name!r}, the name of its folder.")
    own = file.parent / "project"
    if not own.is_dir():
        raise TemplateError("the template has no folder `project`.", where=file.parent)
    for path in (file, own):  # they could lead to files that are none of the template's
        if path.is_symlink():
            raise TemplateError("a template may hold folders and files only, no links.", where=path)
    with_shared = table.get("shared", bool, default=True) and shared.is_dir()
    own_parameters = parameters(table.table("parameters"))
    common = _shared_parameters(shared.parent / "parameters.toml") if with_shared else {}
    return Template(
        name=table.get("name", str),
        version=table.get("version", str),
        task=table.get("task", str),
        commands=_commands(table),
        summary=table.texts("summary"),
        parameters=own_parameters | {n: p for n, p in common.items() if n not in own_parameters},
        origin=name or str(file.parent.resolve()),
        layers=(shared, own) if with_shared else (own,),
        hooks=_hooks(table.table("hooks")),
        source="dltemplates" if name else str(file.parent.resolve()),
    )


def _shared_parameters(file: Path) -> dict[str, Parameter]:
    """Returns the parameters of the files that every project gets, if there are any."""
    if not file.is_file():
        return {}
    table = TomlTable(_load(file), file)
    table.refuse_unknown(("parameters",))
    return parameters(table.table("parameters"))


def _commands(table: TomlTable) -> tuple[str, ...]:
    commands = table.get("commands", list, default=["train", "evaluate", "export"])
    if not commands or not all(isinstance(command, str) and command for command in commands):
        raise table.error("commands", "expected a list of strings.")
    return tuple(commands)


def _hooks(table: TomlTable) -> dict[str, str]:
    hooks = {}
    for name in table:
        if not re.fullmatch(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", name):
            raise table.error(name, "expected a lower-case word.")
        hooks[name] = table.get(name, str)
        try:
            words = shlex.split(hooks[name])
        except ValueError as error:
            raise table.error(name, f"no command: {error}.") from error
        if not words:
            raise table.error(name, "expected a command.")
    return hooks


def _load(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"not valid TOML: {error}.", where=file) from error
    except UnicodeDecodeError as error:
        raise TemplateError("not UTF-8 text.", where=file) from error
    except OSError as error:
        raise TemplateError(f"cannot be read: {error.strerror}.", where=file) from error
