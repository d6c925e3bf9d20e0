"""Templates of installed packages, which name them with an entry point `dltemplates.templates`.

The entry point's value is a package. Its folder is looked for, and nothing of it is imported: to
list templates must neither run other people's code nor wait for what it imports.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from dltemplates.errors import DltemplatesError, TemplateError
from dltemplates.scaffold import manifest
from dltemplates.scaffold.template import Template

GROUP = "dltemplates.templates"


@dataclass
class Plugins:
    """What installed packages bring.

    Attributes:
        templates: Sorted by package and name. Their origin is `PACKAGE:NAME`.
        problems: A line for each thing that is wrong with a package or a template.
    """

    templates: list[Template] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def installed(shared: Path) -> Plugins:
    """Returns the templates of all installed packages; a broken one is a problem, not an error.

    Args:
        shared: The files that every project gets.
    """
    found = Plugins()
    for entry in sorted(entry_points(group=GROUP), key=lambda each: (_package(each), each.name)):
        try:
            folder = _folder(entry.value)
        except TemplateError as error:
            found.problems.append(_problem(entry, error))
            continue
        for file in _manifests(folder):
            try:
                _add(found, entry, manifest.read(file, shared))
            except DltemplatesError as error:
                found.problems.append(_problem(entry, error))
    found.templates.sort(key=lambda template: template.origin)
    return found


def _add(found: Plugins, entry: EntryPoint, template: Template) -> None:
    origin = f"{_package(entry)}:{template.name}"
    known = {each.origin: each.layers[-1] for each in found.templates}
    if known.get(origin) == template.layers[-1]:
        return  # two entry points that lead to one folder
    if origin in known:
        raise TemplateError(f"a second template is called {template.name!r}.")
    package = f"{_package(entry)} {entry.dist.version}" if entry.dist else _package(entry)
    found.templates.append(replace(template, origin=origin, source=package))


def _folder(value: str) -> Path:
    """Returns the folder of the package `value`, such as `templates_of_ours.images`."""
    top, *below = value.partition(":")[0].strip().split(".")
    try:
        spec = find_spec(top)  # of a name without dots: nothing is imported
    except (ImportError, ValueError) as error:
        raise TemplateError(f"cannot be found: {error}.", where=value) from error
    for location in (spec and spec.submodule_search_locations) or ():
        folder = Path(location).joinpath(*below)
        if folder.is_dir():
            return folder
    raise TemplateError("is no package, so it has no folder of templates.", where=value)


def _manifests(folder: Path) -> Iterator[Path]:
    own = folder / manifest.NAME
    files = [own] if own.is_file() else sorted(folder.glob(f"[!_.]*/{manifest.NAME}"))
    if not files:
        files = [own]  # reading it says what is missing, and where
    yield from files


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.value.partition(".")[0]


def _problem(entry: EntryPoint, error: DltemplatesError) -> str:
    where = f"{error.where}: " if error.where else ""
    return f"{_package(entry)}: {where}{error.message}"
