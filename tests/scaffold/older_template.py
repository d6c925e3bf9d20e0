"""A template of ours as it may have been, and as it may become."""

import shutil
from pathlib import Path

from dltemplates.scaffold import answers, catalog, generate


def copy_template(folder: Path, name: str = "cnn-classifier") -> Path:
    """Copies a template of ours; the shared files become its own, so that they can change too."""
    source = catalog.root()
    copy = folder / name
    shutil.copytree(source / name, copy)
    shutil.copytree(source / catalog.SHARED / "project", copy / "project", dirs_exist_ok=True)
    manifest = (source / name / "template.toml").read_text("utf-8")
    shared = (source / catalog.SHARED / "parameters.toml").read_text("utf-8")
    (copy / "template.toml").write_text(f"shared = false\n{manifest}\n{shared}", "utf-8")
    return copy


def change(template: Path, path: str, *pairs: tuple[str, str]) -> None:
    """Changes texts in a file of a template; each has to be there once."""
    file = template / path
    text = file.read_text("utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, (path, old)
        text = text.replace(old, new)
    file.write_text(text, "utf-8")


def release(template: Path, version: str) -> None:
    """Gives a template another version."""
    change(template, "template.toml", ('version = "0.1.0"', f'version = "{version}"'))


def make(template: Path, project: Path, *settings: str) -> Path:
    """Generates a project from a template in a folder."""
    found = catalog.find(str(template))
    resolved = answers.resolve(found, answers.from_settings(settings, found))
    generate.generate(found, resolved, project, title=project.name, package="my_app").write()
    return project


def edit(file: Path, *pairs: tuple[str, str]) -> None:
    """Changes texts in a file as a user does."""
    change(file.parent, file.name, *pairs)
