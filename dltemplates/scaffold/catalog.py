"""The templates that there are: those that come with dltemplates, and any folder like them."""

import os
from pathlib import Path

import dltemplates
from dltemplates.errors import TemplateError, did_you_mean
from dltemplates.scaffold.template import Template

MANIFEST = "template.toml"
SHARED = "_shared"


def root() -> Path:
    """Returns the folder of our own templates: in the package, or beside it in the repository."""
    package = Path(dltemplates.__file__).parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def names(folder: Path | None = None) -> tuple[str, ...]:
    """Returns the names of the templates in `folder` (default: our own), sorted."""
    return tuple(sorted(path.parent.name for path in (folder or root()).glob(f"*/{MANIFEST}")))


def templates(folder: Path | None = None) -> list[Template]:
    """Returns the templates in `folder` (default: our own), sorted by name."""
    return [find(name, folder) for name in names(folder)]


def find(name: str, folder: Path | None = None) -> Template:
    """Returns a template.

    Args:
        name: The name of one in `folder`, else the path of any folder with a `template.toml`.
        folder: Where to look; default: our own templates.
    """
    from dltemplates.scaffold import manifest

    folder = folder or root()
    known = names(folder)
    shared = folder / SHARED / "project"
    if name in known:
        return manifest.read(folder / name / MANIFEST, shared, name=name)
    own = Path(name)
    if (own / MANIFEST).is_file():
        return manifest.read(own / MANIFEST, shared)
    if own.is_dir() and (os.sep in name or name.startswith(".")):
        raise TemplateError(f"no {MANIFEST} in this folder.", where=name)
    raise TemplateError(f"no template {name!r}.", hint=did_you_mean(name, known))
