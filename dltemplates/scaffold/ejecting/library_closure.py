"""What has to be copied of the library so that some modules of it work on their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dltemplates.scaffold.ejecting.library import NAME, Library, parents
from dltemplates.scaffold.ejecting.library_use import named_beside, third_party, used_by_module


@dataclass(frozen=True)
class Closure:
    """Modules of the library that need no other.

    Attributes:
        modules: By dotted names, with the packages that they are in.
        data: Files that they read.
        packages: What they import from others, by import name.
    """

    modules: frozenset[str]
    data: tuple[Path, ...]
    packages: frozenset[str]


def closure(roots: Iterable[str], library: Library) -> Closure:
    """Follows imports, processes that are started and files that are read, from some modules."""
    found: set[str] = set()
    data: set[Path] = set()
    packages: set[str] = set()
    waiting = sorted({NAME, *roots})
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        found.add(module)
        waiting += parents(module)
        if library.is_package(module):  # what it exports is taken by name
            continue
        source = library.source(module)
        waiting += used_by_module(module, library)
        packages |= third_party(source)
        for name in named_beside(source):
            for file in library.beside(module, name):
                if file.suffix == ".py":
                    waiting.append(_module_of(file, library))
                else:
                    data.add(file)
    return Closure(frozenset(found), tuple(sorted(data)), frozenset(packages - {NAME}))


def _module_of(file: Path, library: Library) -> str:
    inside = file.relative_to(library.folder).with_suffix("")
    return ".".join((NAME, *inside.parts))
