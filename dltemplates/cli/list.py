"""`dltemplates list`."""

import os
from itertools import groupby
from typing import TYPE_CHECKING

import click

from dltemplates.cli.language import lang_option, language
from dltemplates.console import debug_flag, json_option, print_json

if TYPE_CHECKING:
    from dltemplates.scaffold.template import Template


@click.command("list")
@lang_option
@json_option
@debug_flag
def command(lang: str | None, as_json: bool) -> None:
    """List the templates: ours, and those of installed packages."""
    from dltemplates.scaffold import catalog

    plugins = catalog.plugins()
    templates = [*catalog.templates(), *plugins.templates]
    if as_json:
        print_json([_as_dict(template) for template in templates])
    else:
        _print(templates, language(lang))
    for problem in plugins.problems:
        click.secho(f"Left out: {problem}", fg="yellow", err=True)


def _print(templates: "list[Template]", lang: str) -> None:
    from dltemplates.scaffold import catalog

    names = _callable_names(templates)
    width = max(map(len, names.values()), default=0)
    for source, group in groupby(templates, key=lambda template: template.source):
        together = list(group)
        folder = os.path.commonpath([template.layers[-1].parent for template in together])
        click.secho(f"From {source}, {folder}", dim=True)
        for template in together:
            name = click.style(names[template.origin].ljust(width), bold=True)
            click.echo(f"{name}  {template.summary_in(lang)}")
        click.echo()
    click.echo("More about one: dltemplates show NAME")
    if len(templates) == len(catalog.names()):
        click.echo("One of your own: dltemplates template new DEST")


def _callable_names(templates: "list[Template]") -> dict[str, str]:
    """Returns what to call each template by its origin: its name, where no other has it."""
    names = [template.name for template in templates]
    return {
        each.origin: each.name if names.count(each.name) == 1 else each.origin for each in templates
    }


def _as_dict(template: "Template") -> dict[str, object]:
    return {
        "name": template.name,
        "version": template.version,
        "task": template.task,
        "summary": template.summary,
        "origin": template.origin,
        "source": template.source,
        "path": str(template.layers[-1].parent),
    }
