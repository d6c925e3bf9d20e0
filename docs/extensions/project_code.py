"""The directive `project-code`: lines of a project, as a template makes them at this very moment.

A page cannot quote what is not there: if a line is gone from the template, the site is not built.
"""

from functools import cache
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.directives.code import container_wrapper
from sphinx.util.docutils import SphinxDirective

from dltemplates.scaffold import answers, catalog
from dltemplates.scaffold.generate import generate
from dltemplates.scaffold.template import LANG

LEXERS = {"py": "python", "toml": "toml"}


@cache
def project(template_name: str, settings: tuple[str, ...]) -> dict[str, str]:
    """The text files of a project called my-app, by path."""
    template = catalog.find(template_name)
    chosen = answers.resolve(template, answers.from_settings(settings, template))
    nowhere = Path("my-app-of-the-site")
    made = generate(template, chosen, nowhere, title="my-app", package="my_app")
    files = [file for file in made.files if not str(file.path).startswith(".dltemplates/")]
    return {str(file.path): file.data.decode() for file in files}


def quoted(text: str, first: str, last: str | None) -> tuple[int, list[str]]:
    """The lines from the one that holds `first` to the next that holds `last`, and their number.

    Comments directly above a setting belong to it.

    Raises:
        ValueError: There is no such line.
    """
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if first in line), None)
    if start is None:
        raise ValueError(f"No line has {first!r}.")
    end = start
    if last is not None:
        end = next((i for i in range(start, len(lines)) if last in lines[i]), -1)
        if end < 0:
            raise ValueError(f"No line after {first!r} has {last!r}.")
    while start and lines[start - 1].startswith("# "):
        start -= 1
    return start + 1, lines[start : end + 1]


class ProjectCode(SphinxDirective):
    """`project-code` TEMPLATE FILE, with `:from:`, maybe `:to:`, and maybe `:set:` NAME=VALUE …"""

    required_arguments = 2
    option_spec = {  # noqa: RUF012 (as docutils has it)
        "from": directives.unchanged_required,
        "to": directives.unchanged_required,
        "set": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        template, path = self.arguments
        chosen = self.options.get("set", "").split()
        settings = (*chosen, f"{LANG}={self.config.language}")
        for layer in catalog.find(template).layers:
            for file in layer.rglob(path.rsplit("/", 1)[-1]):
                self.env.note_dependency(str(file))
        files = project(template, settings)
        if path not in files:
            raise self.error(f"{template} makes no file {path}.")
        try:
            number, lines = quoted(files[path], self.options["from"], self.options.get("to"))
        except ValueError as error:
            raise self.error(f"{template} {path}: {error}") from None
        indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
        code = "\n".join(line[indent:] for line in lines)
        literal = nodes.literal_block(code, code)
        literal["language"] = LEXERS.get(path.rsplit(".", 1)[-1], "text")
        self.set_source_info(literal)
        return [container_wrapper(self, literal, f"`{path}`, {self._lines(number, len(lines))}")]

    def _lines(self, first: int, count: int) -> str:
        span = str(first) if count == 1 else f"{first}-{first + count - 1}"
        return f"{span}행" if self.config.language == "ko" else f"line {span}"


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("project-code", ProjectCode)
    return {"parallel_read_safe": True}
