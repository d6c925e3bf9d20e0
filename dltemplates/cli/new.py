"""`dltemplates new`."""

import sys
from typing import TYPE_CHECKING

import click

from dltemplates.cli.completion import settings as complete_settings
from dltemplates.cli.completion import template_names
from dltemplates.console import debug_flag, json_option, print_json

if TYPE_CHECKING:
    from dltemplates.scaffold.answers import Answers
    from dltemplates.scaffold.template import Template


@click.command("new", short_help="Create a project from a template.")
@click.argument("template", metavar="NAME", shell_complete=template_names)
@click.argument("dest", type=click.Path(file_okay=False))
@click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    shell_complete=complete_settings,
    help="Set a parameter; may be repeated. `dltemplates show NAME` lists them.",
)
@click.option(
    "--answers",
    "answers_file",
    type=click.Path(),
    metavar="FILE",
    help="Read parameters from a TOML or JSON file. --set wins over it.",
)
@click.option("--defaults", is_flag=True, help="Ask nothing; take the defaults.")
@click.option("--package", metavar="NAME", help="Name of the Python package; default: from DEST.")
@click.option(
    "--standalone",
    is_flag=True,
    help="Copy the library code that it uses into it: it needs no dltemplates then.",
)
@click.option("--dry-run", is_flag=True, help="List the files and their sizes; write nothing.")
@json_option
@debug_flag
def command(
    template: str,
    dest: str,
    settings: tuple[str, ...],
    answers_file: str | None,
    defaults: bool,
    package: str | None,
    standalone: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Create a project in the folder DEST from the template NAME.

    NAME is one of `dltemplates list`, or the path of a folder with a template.toml. On a terminal
    it asks for the parameters that are not given; elsewhere, and with --defaults or --json, it
    takes their defaults.
    """
    import os
    from pathlib import Path

    from dltemplates.cli import summary
    from dltemplates.scaffold import catalog, names, staging
    from dltemplates.scaffold.generate import generate

    interactive = not (defaults or as_json) and sys.stdin.isatty() and sys.stdout.isatty()
    found = catalog.find(template)
    title = names.title_of(dest)
    target = Path(os.path.abspath(dest))
    staging.check(target)
    package_name = _package(package, title, interactive)
    answers = _answers(found, settings, answers_file, interactive)
    project = generate(
        found, answers, target, title=title, package=package_name, standalone=standalone
    )
    again = summary.command_line(
        template, dest, answers, package_name, title, standalone=standalone
    )
    if not dry_run:
        project.write()
    if as_json:
        print_json(summary.as_dict(project, again))
    elif dry_run:
        summary.print_files(project)
    else:
        summary.print_next_steps(project, found, dest, again)


def _package(package: str | None, title: str, interactive: bool) -> str:
    from dltemplates.errors import ProjectNameError
    from dltemplates.scaffold import names

    if package is not None:
        return names.check_package(package)
    try:
        return names.package_of(title)
    except ProjectNameError as error:
        if not interactive:
            raise
        from dltemplates.cli.prompts import ask_package

        return ask_package(error, title)


def _answers(
    template: "Template", settings: tuple[str, ...], file: str | None, interactive: bool
) -> "Answers":
    from pathlib import Path

    from dltemplates.scaffold import answers

    given = answers.from_file(Path(file), template) if file else {}
    given |= answers.from_settings(settings, template)
    if not interactive:
        return answers.resolve(template, given)
    from dltemplates.cli.prompts import Prompter

    return answers.resolve(template, given, ask=Prompter(template))
