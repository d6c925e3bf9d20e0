"""The commands of `dltemplates` and of projects as Markdown, from click's own tables."""

import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import settings
from words import WORDS, cell

from dltemplates.scaffold import catalog

_MAIN = "my_app/__main__.py"


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
            yield f"| `{option.replace('|', chr(92) + '|')}` | {cell(meaning)} |"
        yield ""
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None and not found.hidden:
                yield from _command(f"{name} {below}", found, language, level + 1)


def _text(text: str) -> str:
    return text.replace("<", "&lt;").replace("*", "\\*")
