"""A template to begin with: small, complete, and ready to be changed."""

import re
from pathlib import Path

from dltemplates.errors import ProjectNameError
from dltemplates.scaffold import catalog, names, staging
from dltemplates.scaffold.files import File

FOLDER = "_starter"
_LEFT_OUT = frozenset({"__pycache__", ".DS_Store", ".pytest_cache", ".ruff_cache"})


def write(target: Path) -> list[File]:
    """Writes a new template, named after the folder `target`, whole or not at all."""
    staging.check(target)
    name = _name_of(target)
    root = catalog.root() / FOLDER
    files = [
        File(path.relative_to(root).as_posix(), path.read_bytes())
        for path in sorted(root.rglob("*"))
        if path.is_file() and not _LEFT_OUT & set(path.parts)
    ]
    files = [_named(file, name) for file in files]
    staging.write(target, files)
    return files


def _name_of(target: Path) -> str:
    """Returns the name of the template: what a package would be called, with hyphens."""
    title = names.title_of(str(target))
    name = names.suggest_package(title).replace("_", "-")
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        hint = "Choose a folder such as mlp-tabular."
        raise ProjectNameError("no name of a template follows from it.", where=title, hint=hint)
    return name


def _named(file: File, name: str) -> File:
    """Returns the manifest and the README with the template's own name."""
    if "/" in file.path or file.path.startswith("."):
        return file
    text = (
        file.data.decode().replace('"starter"', f'"{name}"').replace("# starter\n", f"# {name}\n")
    )
    return File(file.path, text.encode(), file.executable)
