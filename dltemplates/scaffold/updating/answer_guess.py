"""The answers with which a template comes nearest to a project on disk."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace

from dltemplates.errors import AnswerError, TemplateError
from dltemplates.scaffold import answers
from dltemplates.scaffold.answers import Answers
from dltemplates.scaffold.files import File
from dltemplates.scaffold.generate import project_files
from dltemplates.scaffold.parameters import NUMBERS, Parameter, Value
from dltemplates.scaffold.record import Record
from dltemplates.scaffold.template import Template
from dltemplates.scaffold.updating.drafts import Drafts

_CONFIG = "config.toml"
_ROUNDS = 3

Settings = Mapping[tuple[str, ...], object]


class Guess:
    """Looks for answers, one parameter at a time, until none makes the project more alike.

    Args:
        template: Perhaps the project's.
        record: Has the project's names; its answers are where to start.
        given: Answers that are known.
        there: Of the files that a project of the template may have, those that are there.
    """

    def __init__(
        self,
        template: Template,
        record: Record,
        given: Mapping[str, Value],
        there: Mapping[str, File],
    ) -> None:
        self._template = template
        self._record = record
        self._given = given
        self._there = there
        self._drafts = Drafts(template, record)
        self._open = [p for name, p in template.parameters.items() if name not in given]
        self._config = _settings(there.get(_CONFIG))
        self._guessed = {
            parameter.name: record.answers[parameter.name]
            for parameter in self._open
            if _fits(parameter, record.answers.get(parameter.name))
        }

    def answers(self) -> Answers:
        """Returns the best answers that are found."""
        for _ in range(_ROUNDS):
            before = dict(self._guessed)
            self._choose(self._read_config())
            if before == self._guessed:
                break
        return self._resolve(self._guessed)

    def files(self, resolved: Answers) -> list[File]:
        """Returns the project with these answers."""
        folder = self._record.folder or self._record.title
        return project_files(self._template, resolved, self._record, folder=folder)

    def _read_config(self) -> set[str]:
        """Takes over what stands in the project's config.toml; returns the parameters found there.

        Where a parameter is printed is seen by what changes if it does.
        """
        found = set()
        now = self._resolve(self._guessed)
        printed = self._printed(now)
        for parameter in self._open:
            if parameter.name not in now.applied:
                continue
            other = _another(parameter, now.values[parameter.name])
            changed = self._printed(replace(now, values={**now.values, parameter.name: other}))
            for key in printed:
                value = _as_answer(self._config.get(key))
                if printed[key] != changed.get(key, printed[key]) and _fits(parameter, value):
                    self._guessed[parameter.name] = parameter.check(value)
                    found.add(parameter.name)
                    break
        return found

    def _choose(self, known: set[str]) -> None:
        """Tries every value of what decides which files and lines there are."""
        best = self._share(self._guessed)
        for parameter in self._open:
            for value in () if parameter.name in known else _alternatives(parameter):
                share = self._share({**self._guessed, parameter.name: value})
                if share > best:
                    best = share
                    self._guessed[parameter.name] = value

    def _share(self, guessed: Mapping[str, Value]) -> float:
        try:
            resolved = self._resolve(guessed)
            if any(name not in resolved.applied for name in guessed.keys() - self._guessed.keys()):
                return 0.0  # nothing could come of it
            return self._drafts.share(resolved, self._there)
        except (AnswerError, TemplateError):
            return 0.0

    def _resolve(self, guessed: Mapping[str, Value]) -> Answers:
        try:
            return answers.resolve(self._template, self._given, kept=guessed)
        except AnswerError:
            if guessed:
                return answers.resolve(self._template, self._given)
            raise

    def _printed(self, resolved: Answers) -> Settings:
        try:
            return _settings(self._drafts.file(resolved, _CONFIG))
        except TemplateError:
            return {}


def _settings(file: File | None) -> Settings:
    """Returns the values in a TOML file by their keys; none of a file that is no TOML."""
    try:
        return dict(_flat(tomllib.loads(file.data.decode()))) if file else {}
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def _flat(table: object, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    if not isinstance(table, dict):
        yield keys, table
        return
    for key, value in table.items():
        yield from _flat(value, (*keys, key))


def _as_answer(value: object) -> object:
    """Returns a value of config.toml as its parameter had it: a list is a text with commas."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ",".join(value)
    return value


def _fits(parameter: Parameter, value: object) -> bool:
    try:
        parameter.check(value)
    except AnswerError:
        return False
    return True


def _alternatives(parameter: Parameter) -> tuple[Value, ...]:
    return (True, False) if parameter.type == "bool" else parameter.choices


def _another(parameter: Parameter, value: Value) -> Value:
    """Returns any value but `value`. It need not be allowed: it is only looked for."""
    if parameter.type == "bool":
        return not value
    if parameter.type in NUMBERS:
        return 7654 if value != 7654 else 7653
    others = (choice for choice in parameter.choices if choice != value)
    return next(others, f"{value}x")
