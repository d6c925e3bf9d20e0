"""The templates that there are: ours, those of installed packages, in folders, and in git."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import dltemplates
from dltemplates.errors import TemplateError, did_you_mean
from dltemplates.scaffold.git_address import GitAddress, is_git
from dltemplates.scaffold.template import Template

if TYPE_CHECKING:
    from dltemplates.scaffold.plugins import Plugins

MANIFEST = "template.toml"
SHARED = "_shared"


def root() -> Path:
    """Returns the folder of our own templates: in the package, or beside it in the repository."""
    package = Path(dltemplates.__file__).parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def names(folder: Path | None = None) -> tuple[str, ...]:
    """Returns the names of the templates in `folder` (default: our own), sorted."""
    found = (path.parent.name for path in (folder or root()).glob(f"*/{MANIFEST}"))
    return tuple(sorted(name for name in found if not name.startswith("_")))


def templates(folder: Path | None = None) -> list[Template]:
    """Returns the templates in `folder` (default: our own), sorted by name."""
    return [find(name, folder) for name in names(folder)]


def plugins(folder: Path | None = None) -> "Plugins":
    """Returns the templates of installed packages."""
    from dltemplates.scaffold.plugins import installed  # a fifth of a second, so only if wanted

    return installed(_shared(folder))


@contextlib.contextmanager
def opened(name: str, folder: Path | None = None) -> Iterator[Template]:
    """Gives a template whose files are there for as long as the block lasts.

    Args:
        name: What `find` takes, or the address of a template in git, which is fetched.
        folder: Where to look; default: our own templates.
    """
    if not is_git(name):
        yield find(name, folder)
        return
    from dltemplates.scaffold.git_checkout import checked_out

    address = GitAddress.parse(name)
    with checked_out(address) as checkout:
        if not os.path.lexists(checkout.folder / MANIFEST):
            hint = "Where it is in a folder of the repository, add #subdirectory=PATH."
            raise TemplateError(f"there is no {MANIFEST}.", where=address, hint=hint)
        try:
            template = _read(checkout.folder, folder)
            name = str(address)
            yield replace(template, origin=name, source=name, commit=checkout.commit)
        except TemplateError as error:  # about a file that is gone when the user reads it
            error.where = (error.where or "").replace(str(checkout.folder), str(address)) or None
            raise


def find(name: str, folder: Path | None = None) -> Template:
    """Returns a template that is on this machine.

    Args:
        name: The name of one in `folder`, or of one of an installed package (`NAME`, or
            `PACKAGE:NAME`, as projects record it), or the path of a folder with a `template.toml`.
        folder: Where to look; default: our own templates.
    """
    from dltemplates.scaffold import manifest

    folder = folder or root()
    known = names(folder)
    if name in known:
        return manifest.read(folder / name / MANIFEST, _shared(folder), name=name)
    if is_git(name):
        raise TemplateError("this template has to be fetched first.", where=name)
    if (is_path := os.sep in name or name.startswith(".")) and Path(name).is_dir():
        return _read(Path(name), folder)
    if not is_path and (template := _of_a_package(name, folder)):
        return template
    if (Path(name) / MANIFEST).is_file():
        return _read(Path(name), folder)
    everything = [*known, *(template.name for template in plugins(folder).templates)]
    raise TemplateError(f"no template {name!r}.", hint=did_you_mean(name, everything))


def _of_a_package(name: str, folder: Path) -> Template | None:
    found = plugins(folder).templates
    matching = [each for each in found if name in (each.origin, each.name)]
    if len(matching) > 1:
        origins = " or ".join(each.origin for each in matching)
        raise TemplateError(f"more than one template is called {name!r}.", hint=f"Use {origins}.")
    return matching[0] if matching else None


def _read(own: Path, folder: Path | None) -> Template:
    from dltemplates.scaffold import manifest

    if not os.path.lexists(own / MANIFEST):
        raise TemplateError(f"no {MANIFEST} in this folder.", where=own)
    return manifest.read(own / MANIFEST, _shared(folder))


def _shared(folder: Path | None) -> Path:
    return (folder or root()) / SHARED / "project"
