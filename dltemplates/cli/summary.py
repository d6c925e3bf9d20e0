"""What `dltemplates new` says when it is done."""

import shlex
from collections.abc import Sequence

import click

from dltemplates.errors import ProjectNameError
from dltemplates.scaffold import names
from dltemplates.scaffold.answers import Answers
from dltemplates.scaffold.generate import Project
from dltemplates.scaffold.template import Template


def command_line(
    template: str,
    dest: str,
    answers: Answers,
    package: str,
    title: str,
    options: Sequence[str] = (),
) -> str:
    """Returns the command that makes the same project without asking.

    Args:
        template: The template's name or place.
        dest: The folder to create.
        answers: The answers to its parameters.
        package: The name of the Python package.
        title: The project's name.
        options: Other options that it was made with.
    """
    words = ["dltemplates", "new", template, dest, "--defaults", *options]
    if package != _derived_package(title):
        words += ["--package", package]
    for setting in answers.settings():
        words += ["--set", setting]
    return shlex.join(words)


def as_dict(project: Project, command: str) -> dict[str, object]:
    """Returns what `--json` prints."""
    record = project.record
    return {
        "project": str(project.target),
        "package": record.package,
        "template": {"name": record.template, "version": record.template_version},
        "answers": record.answers,
        **({"reasons": record.reasons} if record.reasons else {}),
        "files": [{"path": file.path, "size": len(file.data)} for file in project.files],
        "command": command,
    }


def print_files(project: Project) -> None:
    """Lists the files that would be written, with their sizes in bytes."""
    sizes = [len(file.data) for file in project.files]
    width = len(f"{sum(sizes):,}")
    for file, size in zip(project.files, sizes, strict=True):
        click.echo(f"{size:>{width},}  {file.path}")
    click.echo(f"{sum(sizes):>{width},}  bytes in {len(sizes)} files; nothing was written.")


def print_concerns(concerns: Sequence[str]) -> None:
    """Lists what is worth knowing of some data, if there is anything."""
    if concerns:
        click.echo("\nWorth knowing:")
    for concern in concerns:
        click.echo(click.wrap_text(concern, 96, "  - ", "    "))


def print_next_steps(
    project: Project, template: Template, dest: str, again: str, *, suits: bool
) -> None:
    """Says what was made, how to make it again, and what to do with it.

    Args:
        project: The project.
        template: Its template.
        dest: Its folder, as the user named it.
        again: The command that makes the same.
        suits: Whether data were looked at that speak for nothing but the defaults.
    """
    record = project.record
    made = click.style(dest, bold=True)
    source = f"{record.template} {record.template_version}"
    click.echo(f"\nCreated {made}: {len(project.files)} files from {source}.")
    if record.reasons:
        chosen = ", ".join(record.reasons)
        words = f"The data spoke for these settings; config.toml says why: {chosen}."
        click.echo(click.wrap_text(words, 96, "", "  "))
    elif suits:
        click.echo("The template's defaults suit these data.")
    if record.standalone:
        from dltemplates.scaffold.ejecting.carried_library import amount, copied_files

        copied = copied_files(project.files, record.package)
        click.echo(f"The library's part of it, and yours now: {amount(copied)}.")
    click.echo(f"\nThe same again, without questions:\n  {again}\n\nNext:")
    steps = [
        f"cd {shlex.quote(dest)}",
        "python -m pip install -e .",
        *(f"python -m {record.package} {command}" for command in template.commands),
    ]
    click.echo("\n".join(f"  {step}" for step in steps))


def _derived_package(title: str) -> str | None:
    try:
        return names.package_of(title)
    except ProjectNameError:
        return None
