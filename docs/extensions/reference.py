"""Directives that write the reference from the tables that the program itself uses.

None of them imports TensorFlow: layers and callbacks are read as text.
"""

import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import docstrings
import settings
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from dltemplates.scaffold import catalog
from dltemplates.scaffold.parameters import Parameter, text_of

_MAIN = "my_app/__main__.py"

WORDS = {
    "en": {
        "option": "option",
        "means": "what it does",
        "parameter": "parameter",
        "default": "default",
        "values": "values",
        "setting": "setting",
        "with": "with",
        "only": "Only with",
        "also": "With {}: {}.",
    },
    "ko": {
        "option": "옵션",
        "means": "설명",
        "parameter": "매개변수",
        "default": "기본값",
        "values": "값",
        "setting": "설정",
        "with": "조건:",
        "only": "조건:",
        "also": "{}이면 {}.",
    },
}


class Written(SphinxDirective):
    """A directive whose text is Markdown that `write` makes, for one language."""

    has_content = False
    optional_arguments = 1
    write: Callable[[str, str], Iterator[str]]

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()  # what it is written from lies in many files
        argument = self.arguments[0] if self.arguments else ""
        text = "\n".join(type(self).write(argument, self.config.language))
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def commands(_argument: str, language: str) -> Iterator[str]:
    """The commands of `dltemplates`."""
    from dltemplates.cli import main

    yield from _command("dltemplates", main, language, 3)


def project_commands(_argument: str, language: str) -> Iterator[str]:
    """The commands of projects. Where templates differ, each variant says whose it is."""
    variants: dict[str, dict[str, list[str]]] = {}
    names = catalog.names()
    for template in names:
        group = project_group(template)
        context = click.Context(group, info_name="python -m my_app")
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            if found is not None and not found.hidden:
                text = "\n".join(_command(f"python -m my_app {name}", found, language, 3))
                variants.setdefault(name, {}).setdefault(text, []).append(template)
    for texts in variants.values():
        for text, templates in texts.items():
            heading, rest = text.split("\n", 1)
            yield heading + ("" if len(templates) == len(names) else f" ({', '.join(templates)})")
            yield rest


def parameters(name: str, language: str) -> Iterator[str]:
    """The parameters of a template."""
    words = WORDS[language]
    template = catalog.find(name)
    yield template.summary_in(language).replace("|", "\\|")
    yield ""
    yield f"| {words['parameter']} | {words['default']} | {words['means']} |"
    yield "| --- | --- | --- |"
    for parameter in template.parameters.values():
        default = text_of(parameter.default)
        yield (
            f"| `{parameter.name}` | {f'`{default}`' if default else ''} | "
            f"{_cell(_parameter(parameter, language))} |"
        )
    yield ""


def config(name: str, language: str) -> Iterator[str]:
    """The settings of `config.toml`, those of other answers too."""
    words = WORDS[language]
    section = ""
    for setting in settings.settings_of(name, language):
        if setting.section != section:
            section = setting.section
            yield f"\n### `[{section}]`\n"
            yield f"| {words['setting']} | {words['default']} | {words['means']} |"
            yield "| --- | --- | --- |"
        meaning = setting.meaning
        if setting.condition:
            meaning += f" {words['only']} `{setting.condition}`."
        yield f"| `{setting.name.rpartition('.')[2]}` | `{setting.default}` | {_cell(meaning)} |"
    yield ""


def classes(room: str, _language: str) -> Iterator[str]:
    """The classes that a room of the library exports, with their docstrings."""
    for each in docstrings.exported(room):
        yield f"## {each.name}\n"
        yield f"```python\n{each.signature}\n```\n"
        yield from docstrings.markdown(each.docstring)
        yield ""


def _parameter(parameter: Parameter, language: str) -> str:
    words = WORDS[language]
    text = parameter.help_in(language).rstrip(".") + "."
    known = ", ".join(f"`{choice}`" for choice in parameter.choices)
    text += f" {words['values']}: {known}." if known and len(parameter.choices) < 20 else ""
    low, high = parameter.minimum, parameter.maximum
    if low is not None and high is not None:
        text += f" {low} – {high}{', `auto`' if parameter.auto else ''}."
    if parameter.when:
        text += f" {words['only']} `{parameter.condition()}`."
    for other, defaults in parameter.defaults_for.items():
        for value, default in defaults.items():
            text += " " + words["also"].format(f"`{other}={value}`", f"`{text_of(default)}`")
    return text


def _command(name: str, command: click.Command, language: str, level: int) -> Iterator[str]:
    """A command: what it does, how it is called, its options; then the commands below it."""
    words = WORDS[language]
    context = click.Context(command, info_name=name)
    yield f"{'#' * level} `{name}`\n"
    yield _text(inspect.cleandoc(command.help or ""))
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"\n```text\n{name} {usage}\n```\n"
    records = [option.get_help_record(context) for option in command.get_params(context)]
    rows = [record for record in records if record and record[1]]
    if rows:
        yield f"| {words['option']} | {words['means']} |"
        yield "| --- | --- |"
        for option, meaning in rows:
            yield f"| `{option.replace('|', chr(92) + '|')}` | {_cell(meaning)} |"
        yield ""
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None and not found.hidden:
                yield from _command(f"{name} {below}", found, language, level + 1)


def project_group(template: str) -> click.Command:
    """The commands of a template's projects, as its `__main__.py` gets them."""
    written = settings.files(template, ())
    found = re.search(r"from (dltemplates\.project\.\w+) import command_line", written[_MAIN])
    if found is None:
        raise ValueError(f"{template}: no command line in {_MAIN}.")
    with TemporaryDirectory() as folder:  # some commands are there if a module of the project is
        for path in written:
            if path.startswith("my_app/"):
                (Path(folder) / path).parent.mkdir(exist_ok=True)
                (Path(folder) / path).write_text(written[path], "utf-8")
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        try:
            group: click.Command = importlib.import_module(found[1]).command_line("my_app", "")
        finally:
            sys.path.remove(folder)
            for name in [each for each in sys.modules if each.split(".")[0] == "my_app"]:
                del sys.modules[name]
    return group


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split()).replace("<", "&lt;").replace("*", "\\*")


def _text(text: str) -> str:
    return text.replace("<", "&lt;").replace("*", "\\*")


def setup(app: Sphinx) -> dict[str, bool]:
    for name, write in {
        "commands": commands,
        "project-commands": project_commands,
        "parameters": parameters,
        "config-keys": config,
        "classes": classes,
    }.items():
        app.add_directive(name, type(name, (Written,), {"write": staticmethod(write)}))
    return {"parallel_read_safe": True}
