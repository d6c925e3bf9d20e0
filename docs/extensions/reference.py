"""Directives that write the reference from the tables that the program itself uses.

None of them imports TensorFlow: layers and callbacks are read as text.
"""

from collections.abc import Callable, Iterator

import docstrings
import settings
from command_reference import commands, project_commands
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from words import WORDS, cell

from dltemplates.scaffold import catalog
from dltemplates.scaffold.parameters import Parameter, text_of


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
            f"{cell(_parameter(parameter, language))} |"
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
        yield f"| `{setting.name.rpartition('.')[2]}` | `{setting.default}` | {cell(meaning)} |"
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
