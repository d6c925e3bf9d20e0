"""Looks at data of any kind and chooses a template for them."""

import os
from dataclasses import replace
from pathlib import Path

from dltemplates.data.encoded_images import printable
from dltemplates.data.text_source import split_tables
from dltemplates.errors import DataError
from dltemplates.inspection import cnn_classifier, transformer_classifier
from dltemplates.inspection.folder_survey import FolderSurvey, survey_folder
from dltemplates.inspection.image_folder import read_images
from dltemplates.inspection.log_folder import find_logs
from dltemplates.inspection.table_file import inspect_file
from dltemplates.inspection.template_choice import Choice
from dltemplates.inspection.text_data import columns_of, read_text_data


def inspect(path: str | Path, *, template: str = "", time_budget: float | None = None) -> Choice:
    """Looks at the data at `path` and chooses a template and its settings.

    Args:
        path: A file or a folder.
        template: The template that is wanted, where the user has named one.
        time_budget: Seconds that training may take; None: what is usual.

    Raises:
        DataError: There is nothing to be read, or no template can read it.
    """
    place = place_of(path)
    if place.is_dir():
        return _inspect_folder(place, template, time_budget)
    return inspect_file(place, template, time_budget)


def place_of(path: str | Path) -> Path:
    """The absolute path that a user's `path` means.

    Raises:
        DataError: There is nothing.
    """
    if path == "":  # as of a variable that a script never set; it is not meant to be this folder
        raise DataError("The path is empty.", hint="Name a file or a folder; . is this one.")
    place = Path(os.path.abspath(os.path.expanduser(path)))
    if not os.path.exists(place):
        link = " It is a link to nothing." if os.path.islink(place) else ""
        raise DataError(
            f"There is no such file or folder.{link}",
            where=printable(str(path)),
            hint="Check the path.",
        )
    if not (place.is_dir() or place.is_file()):  # a pipe gives its data once, a device without end
        raise DataError(
            "It is neither a file nor a folder.",
            where=printable(str(path)),
            hint="Write the data to a file first.",
        )
    return place


def _inspect_folder(folder: Path, template: str, time_budget: float | None) -> Choice:
    if folder.parent == folder:
        raise DataError(
            "It is the whole file system.", where=folder, hint="Name the folder with the data."
        )
    found = survey_folder(folder)
    tables = len(found.tables)
    if found.images > max(found.texts, tables) and template != transformer_classifier.TEMPLATE:
        return _with_mixture(found, "images", _images(folder, time_budget))
    if found.texts > tables:
        return _with_mixture(found, "texts", _text_folders(folder, time_budget))
    if not found.tables:
        raise DataError(
            f"No data that {template or 'a template'} reads lie here: {found.kinds()}.",
            where=folder,
            hint="Give a folder of class folders with images or texts, or a table (CSV, Parquet).",
        )
    if "train" in split_tables(folder):
        return _split_tables(folder, template, time_budget)
    if tables == 1:
        return inspect_file(found.tables[0], template, time_budget)
    return _logs(found, template, time_budget)


def _images(path: Path, time_budget: float | None) -> Choice:
    return Choice(path, (cnn_classifier.recommend(read_images(path), time_budget),))


def _text_folders(folder: Path, time_budget: float | None) -> Choice:
    finding = read_text_data(folder, None)
    return Choice(folder, (transformer_classifier.recommend(finding, time_budget),))


def _with_mixture(found: FolderSurvey, taken: str, choice: Choice) -> Choice:
    """The choice, with a word on what else lies there."""
    mixed = {"images": found.images, "texts": found.texts, "tables": len(found.tables)}
    others = [f"{count:,} {kind}" for kind, count in mixed.items() if count and kind != taken]
    if not others or sum(mixed.values()) - mixed[taken] < 0.05 * mixed[taken]:
        return choice
    first = choice.candidates[0]
    told = f"The folder also holds {' and '.join(others)}, which are not read."
    finding = replace(first.finding, concerns=(*first.finding.concerns, told))
    return replace(choice, candidates=(replace(first, finding=finding), *choice.candidates[1:]))


def _split_tables(folder: Path, template: str, time_budget: float | None) -> Choice:
    """Tables called after splits: of texts, which have a reader for that; else the training one."""
    try:
        finding = read_text_data(folder, columns_of(folder))
    except DataError:
        return inspect_file(split_tables(folder)["train"], template, time_budget)
    return Choice(folder, (transformer_classifier.recommend(finding, time_budget),))


def _logs(found: FolderSurvey, template: str, time_budget: float | None) -> Choice:
    chosen = find_logs(found.tables, found.folder)
    choice = inspect_file(chosen.path, template, time_budget)
    candidates = tuple(
        replace(each, finding=chosen.about(each.finding)) for each in choice.candidates
    )
    return replace(choice, candidates=candidates)
