"""What is left to know of a project that has lost its record."""

import unicodedata
from dataclasses import replace
from pathlib import Path

from dltemplates.errors import DltemplatesError, ProjectNameError, UpdateError
from dltemplates.scaffold import names, record
from dltemplates.scaffold.record import Record


def left_of(project: Path) -> Record | None:
    """Returns what can be read of a damaged record; an error if it is not damaged."""
    try:
        old = record.read(project)
    except record.NewerRecordError:
        raise
    except DltemplatesError:
        return None
    try:
        record.read_pristine(project)
    except DltemplatesError:
        return replace(old, standalone=False, library=())  # what the files say is newer
    hint = f"`dltemplates update` can use it. To have it made anew, remove {record.FOLDER}."
    raise UpdateError("has its record.", where=project, hint=hint)


def blank(project: Path) -> Record:
    """Returns a record with the project's names, as far as they can be seen."""
    folder = unicodedata.normalize("NFC", project.resolve().name)
    title = _title(project) or folder
    return Record(
        template="",
        origin="",
        template_version="",
        title=title,
        package=_package(project, title),
        answers={},
        chosen=(),
        folder=folder,
    )


def _title(project: Path) -> str:
    """Returns the heading of the README, which is the project's title where nobody changed it."""
    try:
        with open(project / "README.md", encoding="utf-8") as readme:
            first = readme.readline().strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return first[2:].strip() if first.startswith("# ") else ""


def _package(project: Path, title: str) -> str:
    packages = sorted(place.parent.name for place in project.glob("*/__main__.py"))
    if packages:
        return packages[0]
    try:
        return names.package_of(title)
    except ProjectNameError as error:
        hint = "Every template has a folder with __main__.py in it."
        raise UpdateError("has no package.", where=project, hint=hint) from error
