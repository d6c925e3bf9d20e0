"""Projects of one template with many different answers, each file rendered once an answer to it."""

import re
from collections.abc import Mapping
from functools import cache

from dltemplates.scaffold import render, tree
from dltemplates.scaffold.answers import Answers
from dltemplates.scaffold.files import File
from dltemplates.scaffold.parameters import Value
from dltemplates.scaffold.record import Record
from dltemplates.scaffold.template import Template
from dltemplates.scaffold.tree import Source
from dltemplates.scaffold.updating import likeness


class Drafts:
    """Renders what depends on an answer, and remembers the rest.

    Args:
        template: What is rendered.
        record: Has the project's names.
    """

    def __init__(self, template: Template, record: Record) -> None:
        self._template = template
        self._record = record
        self._files: dict[tuple[Source, tuple[Value, ...]], File] = {}
        self._common: dict[File, int] = {}
        self._mentioned = cache(self._parameters_in)

    def share(self, answers: Answers, there: Mapping[str, File]) -> float:
        """Returns the share of lines that a project with these answers has in common with `there`.

        Args:
            answers: The answers.
            there: What it is compared with, the same at every call.
        """
        files = [self._rendered(source, answers) for source in self._sources(answers)]
        common = 0
        for file in files:
            if file not in self._common:
                other = there.get(file.path)
                self._common[file] = likeness.common_lines(file, other) if other else 0
            common += self._common[file]
        total = sum(map(likeness.lines, (*files, *there.values())))
        return 2 * common / total if total else 0.0

    def file(self, answers: Answers, path: str) -> File | None:
        """Returns one file of the project; None if it has none there."""
        sources = (source for source in self._sources(answers) if source.path == path)
        return next((self._rendered(source, answers) for source in sources), None)

    def _sources(self, answers: Answers) -> list[Source]:
        return tree.select(self._template, answers.values, self._record.package)

    def _rendered(self, source: Source, answers: Answers) -> File:
        names = self._mentioned(source)
        key = (source, tuple(answers.values[name] for name in names))
        if key not in self._files:
            record = self._record
            renderer = render.renderer_of(
                self._template,
                answers.values,
                title=record.title,
                package=record.package,
                folder=record.folder or record.title,
            )
            self._files[key] = render.render_file(source, renderer, record.package)
        return self._files[key]

    def _parameters_in(self, source: Source) -> tuple[str, ...]:
        """Returns the parameters whose names are in a file, be it by chance."""
        words = set(re.findall(rb"\w+", source.file.read_bytes()))
        return tuple(name for name in self._template.parameters if name.encode() in words)
