"""Which modules of the library a Python file uses: by import, by name, or as a process."""

import ast
from collections.abc import Iterator

from dltemplates.errors import TargetError, did_you_mean
from dltemplates.scaffold.ejecting.library import NAME, Library, ours
from dltemplates.scaffold.ejecting.python_source import PythonSource


def used_modules(source: PythonSource, library: Library) -> set[str]:
    """The library's modules that a project's file uses, wherever the statement stands.

    Raises:
        TargetError: It uses one that this version has not, or that is no part of the library.
    """
    found: set[str] = set()
    for line, name in _named(source):
        modules = _modules_of(name, library, whole=True)
        if modules is None:
            raise _missing(source, line, name, library)
        if tool := next((each for each in modules if library.is_tool(each)), None):
            raise TargetError(
                f"uses {tool}, which is of the command line and cannot be copied.",
                where=f"{source.path}:{line}",
                hint="Do without it, or keep the dependency on dltemplates.",
            )
        found |= modules
    return found


def used_by_module(module: str, library: Library) -> set[str]:
    """The library's modules that one of them uses."""
    source = library.source(module)
    package = module.rpartition(".")[0]
    found: set[str] = set()
    for _, name in _named(source):
        found |= _modules_of(name, library, whole=False) or set()
    for node in source.nodes:
        if isinstance(node, ast.JoinedStr) and (child := _child(node)):
            found |= _modules_of(f"{package}.{child}", library, whole=False) or set()
    return found


def named_beside(source: PythonSource) -> Iterator[str]:
    """Texts in a file that may be names of files beside it."""
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def is_module_name(text: str) -> bool:
    """Whether a text is the dotted name of something in the library, and nothing more."""
    return text.startswith(f"{NAME}.") and all(part.isidentifier() for part in text.split("."))


def third_party(source: PythonSource) -> set[str]:
    """The packages that a file imports, of the library or of others, by import name."""
    found = set()
    for node in source.nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def _named(source: PythonSource) -> Iterator[tuple[int, str]]:
    """Dotted names in the library, with their lines. `a.b.*` is all that `a.b` exports."""
    whole = set()  # `import dltemplates.layers` makes `dltemplates.layers.X` a name
    for node in source.nodes:
        if isinstance(node, ast.ImportFrom) and not node.level and ours(node.module or ""):
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if ours(alias.name):
                    whole.add(alias.name if alias.asname is None else "")
                    yield node.lineno, f"{alias.name}.*" if alias.asname else alias.name
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and is_module_name(node.value)
            and node.value.count(".") > 1  # else a name of something, such as a logger
        ):
            yield node.lineno, node.value
    for node in source.nodes if whole - {""} else ():
        if isinstance(node, ast.Attribute) and ours(name := _dotted(node)):
            yield node.lineno, name


def _dotted(node: ast.expr) -> str:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _modules_of(name: str, library: Library, *, whole: bool) -> set[str] | None:
    """The modules behind a dotted name; None if there is none.

    Args:
        name: A module, a package, or something in one of them.
        library: Where to look.
        whole: Whether a package means all that it exports.
    """
    if name.endswith(".*") or (whole and name != NAME and library.is_package(name)):
        package = name.removesuffix(".*")
        exported = library.reexports(package) if library.is_package(package) else {}
        return {package, *exported.values()} if library.file(package) else None
    inside: list[str] = []
    module = name
    while library.file(module) is None:
        module, _, last = module.rpartition(".")
        inside.insert(0, last)
    if not inside or not library.is_package(module):
        return {module} if len(inside) <= 3 else None
    exports = library.reexports(module)
    if inside[0] in exports:
        return {module, exports[inside[0]]}
    return {module} if _defines(library.source(module), inside[0]) else None


def _defines(source: PythonSource, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for node in source.nodes
    )


def _child(node: ast.JoinedStr) -> str:
    """The module that `f"{__package__}.name"` names; empty for other texts."""
    match node.values:
        case [ast.FormattedValue(value=ast.Name(id="__package__")), ast.Constant(value=str(tail))]:
            return tail.removeprefix(".")
    return ""


def _missing(source: PythonSource, line: int, name: str, library: Library) -> TargetError:
    package, _, last = name.rpartition(".")
    known = library.reexports(package) if library.is_package(package) else ()
    hint = did_you_mean(last, known) if known else "Run `dltemplates update` first."
    return TargetError(
        f"uses {name}, which this version of dltemplates has not.",
        where=f"{source.path}:{line}",
        hint=hint,
    )
