"""The settings of `config.toml`: what a template writes there, for all of its answers."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from project_code import project as files

from dltemplates.errors import DltemplatesError
from dltemplates.scaffold import catalog
from dltemplates.scaffold.parameters import text_of
from dltemplates.scaffold.template import LANG, Template


@dataclass(frozen=True)
class Setting:
    """A key of `config.toml`.

    Attributes:
        section: The table it stands in.
        name: With the section.
        default: As TOML.
        meaning: The comment above it.
        condition: The answer that it needs; empty if it is always there.
    """

    section: str
    name: str
    default: str
    meaning: str
    condition: str = ""


def settings_of(template_name: str, language: str) -> list[Setting]:
    """The settings of a template's projects by section, in the order of the file.

    Args:
        template_name: One of ours.
        language: That of the meanings.
    """
    lang = f"{LANG}={language}"
    template = catalog.find(template_name)
    found = {setting.name: setting for setting in _read(template_name, (lang,))}
    for answer in _structural(template):
        try:
            others = list(_read(template_name, (answer, lang)))
        except DltemplatesError:  # an answer that needs another one first
            continue
        for setting in others:
            found.setdefault(setting.name, replace(setting, condition=answer))
    sections = list(dict.fromkeys(setting.section for setting in found.values()))
    return sorted(found.values(), key=lambda setting: sections.index(setting.section))


def _structural(template: Template) -> Iterator[str]:
    """The answers that are not defaults, of parameters that decide what the file holds."""
    source = (template.layers[-1] / "config.toml").read_text("utf-8")
    decisions = "\n".join(line for line in source.splitlines() if line.startswith("#%"))
    for parameter in template.parameters.values():
        if not re.search(rf"\b{parameter.name}\b", decisions):
            continue
        values = ("true", "false") if parameter.type == "bool" else parameter.choices
        default = text_of(parameter.default)
        yield from (f"{parameter.name}={value}" for value in values if value != default)


def _read(template: str, answers: tuple[str, ...]) -> Iterator[Setting]:
    """The settings as `config.toml` has them. A comment belongs to all settings below it."""
    section, comment, fresh = "", "", False
    for line in files(template, answers)["config.toml"].splitlines():
        if header := re.fullmatch(r"\[([\w.]+)\]", line):
            section, comment, fresh = header[1], "", False
        elif line.startswith("# "):
            comment = f"{comment} {line[2:]}" if fresh else line[2:]
            fresh = True
        elif setting := re.match(r"(\w+) = ", line):
            default = line[setting.end() :]
            tomllib.loads(f"value = {default}")  # one line a value, or we would show half of it
            yield Setting(section, f"{section}.{setting[1]}", default, comment)
            fresh = False
        else:
            comment, fresh = "", False
