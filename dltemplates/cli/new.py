"""`dltemplates new`."""

import sys
from typing import TYPE_CHECKING

import click

from dltemplates.cli.completion import settings as complete_settings
from dltemplates.cli.completion import template_names
from dltemplates.cli.language import lang_option
from dltemplates.console import Duration, debug_flag, json_option, on_terminal, print_json

if TYPE_CHECKING:
    from pathlib import Path

    from dltemplates.cli.suggestion import Suggestion
    from dltemplates.scaffold.generate import Project
    from dltemplates.scaffold.template import Template


@click.command("new", short_help="Create a project from a template.")
@click.argument("template", metavar="[NAME]", shell_complete=template_names)
@click.argument("dest", metavar="DEST", required=False, type=click.Path(file_okay=False))
@click.option(
    "--data",
    type=click.Path(),
    metavar="PATH",
    help="Look at these data first, and let them choose: parameters, and NAME if it is left out.",
)
@click.option(
    "--time-budget",
    type=Duration(),
    metavar="TIME",
    help="With --data: how long training may take on two CPU cores, such as 10m.",
)
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
@lang_option
@click.option("--defaults", is_flag=True, help="Ask nothing; take the defaults.")
@click.option("--package", metavar="NAME", help="Name of the Python package; default: from DEST.")
@click.option(
    "--standalone",
    is_flag=True,
    help="Copy the library code that it uses into it: it needs no dltemplates then.",
)
@click.option(
    "--run-hook",
    "hooks",
    metavar="HOOK",
    multiple=True,
    help="Run this command of the template in the new project; `dltemplates show NAME` lists them.",
)
@click.option("--dry-run", is_flag=True, help="List the files and their sizes; write nothing.")
@json_option
@debug_flag
@click.pass_context
def command(
    context: click.Context,
    template: str,
    dest: str | None,
    data: str | None,
    time_budget: float | None,
    settings: tuple[str, ...],
    answers_file: str | None,
    lang: str | None,
    defaults: bool,
    package: str | None,
    standalone: bool,
    hooks: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Create a project in the folder DEST from the template NAME.

    NAME is one of `dltemplates list`, the path of a folder with a template.toml, or
    git+URL[@REF][#subdirectory=PATH], which is fetched from a git repository. On a terminal
    it asks for the parameters that are not given; elsewhere, and with --defaults or --json, it
    takes their defaults.

    With --data the parameters are what the data speak for, and config.toml says why; --set and
    --answers win over that. `dltemplates inspect PATH` shows it beforehand.

    The project's README and the comments in config.toml are in the language of the questions.
    """
    import os
    from pathlib import Path

    from dltemplates.cli import answering, summary
    from dltemplates.scaffold import catalog, names, staging
    from dltemplates.scaffold.generate import generate

    interactive = not (defaults or as_json) and on_terminal()
    name, dest = _template_and_dest(context, template, dest, data, time_budget)
    title = names.title_of(dest)
    target = Path(os.path.abspath(dest))
    staging.check(target)
    _refuse_among_data(target, data)
    suggestion = _suggestion(name, data, time_budget)
    found = context.with_resource(catalog.opened(suggestion.template))
    _check_hooks(found, hooks)
    if suggestion.about and not as_json:
        click.echo(f"{click.format_filename(data or '')}: {suggestion.about}.")
        summary.print_concerns(suggestion.worth_knowing)
    package_name = _package(package, title, interactive)
    given = answering.given(found, settings, answers_file, lang)
    language = answering.spoken(found, given, lang)
    answers = answering.resolved(found, given, suggestion, language, interactive)
    project = generate(
        found,
        answers,
        target,
        title=title,
        package=package_name,
        reasons=suggestion.reasons_of(answers, given, language),
        standalone=standalone,
    )
    options = [*_looked_at(data, time_budget), *(["--standalone"] if standalone else [])]
    options += answering.lang_options(found, answers)
    again = summary.command_line(suggestion.template, dest, answers, package_name, title, options)
    if not dry_run:
        project.write()
    if as_json:
        print_json(summary.as_dict(project, again))
    elif dry_run:
        summary.print_files(project)
    else:
        suits = bool(suggestion.about) and not suggestion.reasons
        summary.print_next_steps(project, found, dest, again, suits=suits)
    if not dry_run:
        _run_hooks(project, found, hooks, quiet=as_json)


def _check_hooks(template: "Template", hooks: tuple[str, ...]) -> None:
    if hooks:
        from dltemplates.scaffold.hooks import check

        check(template, hooks)


def _run_hooks(
    project: "Project", template: "Template", hooks: tuple[str, ...], *, quiet: bool
) -> None:
    """Runs what was asked for, in order, until one fails; with `quiet` all output is to stderr."""
    if not hooks:
        return
    from dltemplates.scaffold import hooks as running

    for hook in hooks:
        command = running.command_of(template, hook, project.record.package)
        click.echo(f"\nHook {hook}: {command}", err=quiet)
        running.run(command, project.target, output=sys.stderr if quiet else None)


def _template_and_dest(
    context: click.Context,
    template: str,
    dest: str | None,
    data: str | None,
    time_budget: float | None,
) -> tuple[str, str]:
    """The template's name, empty if the data decide, and the folder to create."""
    from dltemplates.scaffold import catalog

    if time_budget is not None and data is None:
        raise click.UsageError("--time-budget needs --data.", context)
    if dest is not None:
        return template, dest
    if data is None or template in catalog.names():
        parameter = next(each for each in context.command.params if each.name == "dest")
        raise click.MissingParameter(ctx=context, param=parameter)
    return "", template


def _refuse_among_data(target: "Path", data: str | None) -> None:
    """A project in the folder of the data would be taken for some of them."""
    import os
    from pathlib import Path

    from dltemplates.errors import TargetError

    if data is None or not os.path.isdir(os.path.expanduser(data)):
        return
    folder = Path(os.path.realpath(os.path.expanduser(data)))
    if folder in Path(os.path.realpath(target)).parents:
        raise TargetError("lies in the folder of the data.", where=target, hint="Choose another.")


def _suggestion(template: str, data: str | None, time_budget: float | None) -> "Suggestion":
    from dltemplates.cli.suggestion import Suggestion, suggest

    return Suggestion(template) if data is None else suggest(data, template, time_budget)


def _looked_at(data: str | None, time_budget: float | None) -> list[str]:
    """The options that have the data looked at again."""
    if data is None:
        return []
    budget = [] if time_budget is None else ["--time-budget", f"{time_budget:g}s"]
    return ["--data", data, *budget]


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
