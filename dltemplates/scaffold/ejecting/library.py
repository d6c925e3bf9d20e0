"""The library as files: which modules it has, and what each of them brings along."""

import ast
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path

import dltemplates
from dltemplates.scaffold.ejecting.python_source import PythonSource

NAME = "dltemplates"
# The command line and what only it needs: no project runs these.
_TOOLS = frozenset({"cli", "scaffold", "templates", "__main__"})


class Library:
    """The modules of this package, by their dotted names.

    Args:
        folder: Where they lie; default: where this one does.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(dltemplates.__file__).parent
        self._files: dict[str, Path | None] = {}
        self._sources: dict[str, PythonSource] = {}

    def file(self, module: str) -> Path | None:
        """The file of a module or package; None if there is no such module."""
        if module not in self._files:
            self._files[module] = self._find(module)
        return self._files[module]

    def _find(self, module: str) -> Path | None:
        place = self.folder.joinpath(*module.split(".")[1:])
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if module != NAME and file.is_file():
                return file
        return place / "__init__.py" if module == NAME else None

    def is_package(self, module: str) -> bool:
        file = self.file(module)
        return file is not None and file.name == "__init__.py"

    def is_tool(self, module: str) -> bool:
        """Whether a module belongs to the command line, not to what projects run."""
        return module.split(".")[1:2] != [] and module.split(".")[1] in _TOOLS

    def source(self, module: str) -> PythonSource:
        if module not in self._sources:
            file = self.file(module)
            assert file is not None
            path = file.relative_to(self.folder.parent).as_posix()
            self._sources[module] = PythonSource(path, file.read_bytes())
        return self._sources[module]

    def reexports(self, package: str) -> dict[str, str]:
        """By name that a package has from its modules, the module."""
        return {
            alias.asname or alias.name: statement.module
            for statement in self.source(package).tree.body
            if isinstance(statement, ast.ImportFrom)
            and statement.module is not None
            and statement.module.startswith(f"{package}.")
            for alias in statement.names
        }

    def beside(self, module: str, name: str) -> list[Path]:
        """The files that a module means by a name beside it: a file, or all of a folder."""
        file = self.file(module)
        if file is None or not name or "/" in name or name.startswith((".", "__")):
            return []
        place = file.with_name(name) if len(name) < 100 and "\0" not in name else file
        if place.is_dir() and not (place / "__init__.py").exists() and name != "__pycache__":
            return sorted(each for each in place.rglob("*") if each.is_file())
        return [place] if place != file and place.is_file() else []

    @cached_property
    def rooms(self) -> tuple[str, ...]:
        """The names directly below the package."""
        found = (each for each in self.folder.iterdir() if self.file(f"{NAME}.{each.stem}"))
        return tuple(sorted({each.stem for each in found} - _TOOLS - {"__init__"}))


@cache
def installed() -> Library:
    """Returns the library that this process runs, whose files are read once."""
    return Library()


def ours(module: str) -> bool:
    """Whether a dotted name is the package's or within it."""
    return module == NAME or module.startswith(f"{NAME}.")


def parents(module: str) -> Iterator[str]:
    """The packages that a module is in."""
    while "." in module:
        module = module.rpartition(".")[0]
        yield module
