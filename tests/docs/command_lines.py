"""Lines of a shell, held against the commands that there are, without running any of them."""

import configparser
import json
import re
import shlex
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import click
import settings
from command_reference import project_group

from dltemplates.cli import main
from dltemplates.errors import DltemplatesError
from dltemplates.project.config import load_config
from dltemplates.scaffold import answers, catalog, names
from tests.docs.markdown import ROOT

# What else our pages call: nothing of it is ours.
FOREIGN = set(
    "cat curl docker eval git mkdir mv pytest sed source split tail tensorboard touch".split()
)
# What a reader is to put something for.
_PLACEHOLDERS = ("KEY", "SECTION.KEY")


class Walk:
    """A reader who types the lines of a page, one after the other.

    Args:
        template: Whose projects the page is about; if none, and no `new` says so, any may be meant.
        anew: Whether the page has to begin with `new`.
    """

    def __init__(self, template: str | None = None, *, anew: bool = False) -> None:
        self._template = template
        self._anew = anew
        self._chosen: tuple[str, ...] = ()
        self._folder = ""

    def check(self, line: str) -> None:
        """Fails if what a line says cannot be: a command, an option, a setting, a file, a value."""
        for words in commands(line):
            if words[0] == "dltemplates":
                self._dltemplates(words[1:])
            elif words[:2] == ["python", "-m"]:
                self._module(words[2], words[3:], line)
            elif words[0] in ("python", "bash"):
                assert (ROOT / words[1]).is_file(), line
            elif words[0] == "cd":
                assert self._folder in ("", words[1]), line
            elif words[0] == "pip":
                check_pip(words[1:], line)
            elif words[0] == "make":
                assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(), re.M), line
            elif words[0] == "curl":
                check_curl(words[1:])
            else:
                assert words[0] in FOREIGN, f"Who is {words[0]}? {line}"

    def _dltemplates(self, words: list[str]) -> None:
        given = parse(main, words)
        if words[:1] != ["new"]:
            return
        name, dest = given["template"], given["dest"]
        if dest is None:  # one name: with --data it is that of the folder
            name, dest = None, name
        self._folder, self._template = str(dest), None
        self._chosen = tuple(given["settings"])
        if name in catalog.names():
            self._template = str(name)
            template = catalog.find(self._template)
            answers.resolve(template, answers.from_settings(self._chosen, template))

    def _module(self, module: str, words: list[str], line: str) -> None:
        if module == "pip":
            check_pip(words, line)
        elif module in ("docs", "docs.pictures", "benchmarks"):
            assert (ROOT / module.replace(".", "/") / "__main__.py").is_file()
        else:
            assert self._folder or not self._anew, line
            assert not self._folder or module == names.package_of(self._folder), line
            check_in_project(self._template, self._chosen, words)


def lines_of(text: str) -> list[str]:
    """The lines that a reader types, without what a `#` says of them."""
    joined = re.sub(r" *\\\n *", " ", text)
    lines = [re.sub(r"(^|\s)#(?= ).*", "", line).strip() for line in joined.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line]


def commands(line: str) -> list[list[str]]:
    """The commands of a line, by their words: what pipes and `&&` join, `[…]` may be left out."""
    whole = re.sub(r"\[(-[^]]*|[A-Z]+)\]", r"\1", line)
    first = re.sub(r"(?<=\w)(\|\w+)+", "", whole)  # of alternatives
    others = [re.sub(r"\w+(\|\w+)+", each, whole) for each in _alternatives(whole)]
    found = []
    for each in others or [first]:
        lexer = shlex.shlex(each, posix=True, punctuation_chars="|&;")
        lexer.whitespace_split = True
        lexer.commenters = ""
        command: list[str] = []
        for word in [*lexer, "|"]:
            if set(word) <= set("|&;"):
                found.append(command)
                command = []
            elif command or not re.match(r"[A-Z_]+=", word):  # a variable of the environment
                command.append(word)
    return [command for command in found if command]


def _alternatives(line: str) -> list[str]:
    found = re.search(r"\w+(?:\|\w+)+", line)
    return found[0].split("|") if found else []


def parse(group: click.Command, words: list[str]) -> dict:
    """Reads a command line as click would, without running it; returns its values."""
    context = group.make_context(group.name, list(words), resilient_parsing=False)
    while isinstance(context.command, click.Group):
        _, command, rest = context.command.resolve_command(
            context, [*context._protected_args, *context.args]
        )
        assert command is not None
        context = command.make_context(command.name, rest, parent=context)
    return context.params


@cache
def group_of(template: str) -> click.Command:
    return project_group(template)


def check_in_project(template: str | None, chosen: tuple[str, ...], words: list[str]) -> None:
    """Holds a project's command against a template's projects; against any, if none is given."""
    tried = [template] if template else catalog.names()
    for name in tried:
        try:
            given = parse(group_of(name), words)
            _load(name, chosen, given.get("overrides", ()))
            return
        except (click.ClickException, DltemplatesError):
            if name == tried[-1]:
                raise


def _load(template: str, chosen: tuple[str, ...], overrides: tuple[str, ...]) -> None:
    files = settings.files(template, chosen)
    real = [each for each in overrides if each.split("=")[0] not in _PLACEHOLDERS]
    if not real:
        return
    schema = ModuleType("shown_config")
    sys.modules[schema.__name__] = schema  # where pydantic looks for the names of types
    try:
        exec(compile(files["my_app/config.py"], "config.py", "exec"), schema.__dict__)
        with TemporaryDirectory() as folder:
            written = Path(folder) / "config.toml"
            written.write_text(files["config.toml"], "utf-8")
            load_config(schema.Config, written, real)
    finally:
        del sys.modules[schema.__name__]


def check_pip(words: list[str], line: str) -> None:
    assert words[0] == "install", line
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    for extra in re.findall(r"dltemplates\[(\w+)\]", line):
        assert extra in setup["options.extras_require"], line


def check_curl(words: list[str]) -> None:
    """The address is one of TensorFlow Serving's, and what is sent is JSON."""
    address = next(word for word in words if word.startswith("http"))
    assert re.fullmatch(r"http://[\w.]+(:\d+)?/v1/models/\w+(:\w+|/\w+)*", address), address
    for option, value in pairwise(words):
        if option == "-d":
            json.loads(re.sub(r"\$\([^)]*\)", "AAAA", value))


@cache
def known_options() -> frozenset[str]:
    """Every option of every command, ours and those of projects."""
    found: set[str] = set()
    for group in [main, *(group_of(name) for name in catalog.names())]:
        found.update(_options(group))
    return frozenset(found)


def _options(command: click.Command) -> set[str]:
    context = click.Context(command, info_name="-")
    parameters = command.get_params(context)
    found = {name for each in parameters for name in (*each.opts, *each.secondary_opts)}
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                found |= _options(below)
    return found
