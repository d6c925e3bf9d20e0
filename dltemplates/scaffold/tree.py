"""Which of a template's files a project gets, and where in the project each comes to lie."""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from dltemplates.errors import AnswerError, TemplateError, did_you_mean
from dltemplates.scaffold.names import problem_of_file_name
from dltemplates.scaffold.parameters import Value
from dltemplates.scaffold.template import LANG, Template

_CONDITION = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)")
# The word with which a template calls its own package; in `my_application` it is another word.
_PACKAGE = re.compile(r"(?<![A-Za-z0-9_])my_app(?![A-Za-z0-9_])")
# What Python, editors and file managers leave in a folder of templates.
_LEFTOVERS = frozenset(
    """.DS_Store .ipynb_checkpoints .mypy_cache .pytest_cache .ruff_cache Thumbs.db
    __pycache__""".split()
)
# Not for a template to write: git would run what it finds there, and the record is ours.
_FORBIDDEN = frozenset({".git", ".dltemplates"})


@dataclass(frozen=True)
class Source:
    """A template's file on disk, and its path in the project, with slashes."""

    file: Path
    path: str


def rename_package(text: str, package: str) -> str:
    """Returns `text` with the word `my_app` replaced by the package's name."""
    return _PACKAGE.sub(package, text) if "my_app" in text else text


def select(template: Template, answers: Mapping[str, Value], package: str) -> list[Source]:
    """Returns the files of a project with these answers, sorted by their paths in it."""
    chosen: dict[str, Source] = {}
    for layer in template.layers:
        own: dict[str, Source] = {}
        for file, parts in _walk(layer):
            path = _place(file, parts, template, answers, package)
            if path is None:
                continue
            if path in own:
                raise TemplateError(f"comes to the same place as {own[path].file}.", where=file)
            own[path] = Source(file, path)
        chosen |= _in_language(own, template, answers)
    _refuse_clashes(chosen)
    return [chosen[path] for path in sorted(chosen)]


def possible_paths(template: Template, package: str) -> set[str]:
    """Returns the paths of all files that a project may have, whatever the answers."""
    possible: set[str] = set()
    for layer in template.layers:
        every = [
            [rename_package(part, package) for part in parts if not _CONDITION.fullmatch(part)]
            for _, parts in _walk(layer)
        ]
        paths = {"/".join(parts) for parts in every}
        possible |= paths - _translations(paths, template).keys()
    return possible


def _in_language(
    sources: Mapping[str, Source], template: Template, answers: Mapping[str, Value]
) -> dict[str, Source]:
    """Returns the files of a layer in the project's language, each where its original would be."""
    translations = _translations(sources, template)
    chosen = {path: source for path, source in sources.items() if path not in translations}
    for path, (original, language) in translations.items():
        if language == answers[LANG]:
            chosen[original] = replace(sources[path], path=original)
    return chosen


def _translations(paths: Collection[str], template: Template) -> dict[str, tuple[str, str]]:
    """Returns original and language of each path such as `a/README.ko.md` beside `a/README.md`."""
    if not template.languages:
        return {}
    marked = re.compile(rf"(.*[^/])\.({'|'.join(map(re.escape, template.languages))})(\.[^./]+)")
    matches = {path: match for path in paths if (match := marked.fullmatch(path))}
    originals = {path: (match[1] + match[3], match[2]) for path, match in matches.items()}
    return {path: original for path, original in originals.items() if original[0] in paths}


def _walk(folder: Path, parts: tuple[str, ...] = ()) -> Iterator[tuple[Path, tuple[str, ...]]]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.name in _LEFTOVERS or entry.name.endswith((".pyc", ".pyo")):
            continue
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(path, (*parts, entry.name))
        elif entry.is_file(follow_symlinks=False):
            yield path, (*parts, entry.name)
        else:
            raise TemplateError("a template may hold folders and files only, no links.", where=path)


def _place(
    file: Path,
    parts: tuple[str, ...],
    template: Template,
    answers: Mapping[str, Value],
    package: str,
) -> str | None:
    """Returns where `file` comes to lie; None if the answers leave it out."""
    kept = []
    left_out = False
    for part in parts:
        if condition := _CONDITION.fullmatch(part):
            name, values = condition.groups()
            left_out |= answers.get(name) not in _alternatives(file, name, values, template)
        else:
            kept.append(_safe(rename_package(part, package), file))
    if _CONDITION.fullmatch(parts[-1]):
        raise TemplateError("a condition is the name of a folder, not of a file.", where=file)
    return None if left_out else "/".join(kept)


def _alternatives(file: Path, name: str, values: str, template: Template) -> list[Value]:
    """Returns the values in the condition `name=value,value`."""
    if name not in template.parameters:
        hint = did_you_mean(name, template.parameters)
        raise TemplateError(f"no parameter {name!r}.", where=file, hint=hint)
    try:
        return [template.parameters[name].parse(value) for value in values.split(",")]
    except AnswerError as error:
        raise TemplateError(str(error), where=file) from error


def _safe(part: str, file: Path) -> str:
    if part.lower() in _FORBIDDEN:
        raise TemplateError(f"a template may not write {part}.", where=file)
    if problem := problem_of_file_name(part):
        raise TemplateError(f"the name {part!r} {problem}", where=file)
    return part


def _refuse_clashes(paths: Mapping[str, Source]) -> None:
    """Refuses names that differ in case only, and a file where another needs a folder."""
    seen: dict[str, str] = {}
    for path in paths:
        if (other := seen.setdefault(path.casefold(), path)) != path:
            raise TemplateError(f"is {other!r} where case does not count.", where=paths[path].file)
    for path, source in paths.items():
        for parent in PurePosixPath(path.casefold()).parents:
            if file := seen.get(str(parent)):
                message = f"needs the folder {file!r}, which is a file."
                raise TemplateError(message, where=source.file)
