"""`dltemplates show`."""

from typing import TYPE_CHECKING

import click

from dltemplates.cli.completion import template_names
from dltemplates.cli.language import lang_option, language
from dltemplates.console import debug_flag, json_option, print_json

if TYPE_CHECKING:
    from dltemplates.scaffold.parameters import Parameter
    from dltemplates.scaffold.template import Template


@click.command("show", short_help="Show a template and its parameters.")
@click.argument("template", metavar="NAME", shell_complete=template_names)
@lang_option
@json_option
@debug_flag
def command(template: str, lang: str | None, as_json: bool) -> None:
    """Show a template and its parameters.

    NAME is one of `dltemplates list`, the path of a folder with a template.toml, or
    git+URL[@REF][#subdirectory=PATH], which is fetched from a git repository.
    """
    from dltemplates.scaffold import catalog

    found = click.get_current_context().with_resource(catalog.opened(template))
    if as_json:
        print_json(_as_dict(found))
    else:
        _print(found, language(lang))
        click.echo(f"\nA project from it: dltemplates new {template} DEST --set NAME=VALUE")


def _print(template: "Template", lang: str) -> None:
    click.echo(f"{click.style(template.name, bold=True)} {template.version}, {template.task}")
    click.echo(template.summary_in(lang))
    click.echo(f"{_source(template)}\n")
    for parameter in template.parameters.values():
        click.echo(_row(parameter))
        click.echo(_indented(parameter.help_in(lang)))
        click.echo(click.style(_indented(_values(parameter)), dim=True))
    if template.hooks:
        click.echo("\nCommands that run only if asked for, with `new --run-hook HOOK`:")
        for name, hook in template.hooks.items():
            click.echo(f"    {click.style(name, bold=True)}: {hook}")


def _source(template: "Template") -> str:
    at = f" at {template.commit[:12]}" if template.commit else ""
    return f"From {template.source}{at}"


def _row(parameter: "Parameter") -> str:
    from dltemplates.scaffold.parameters import text_of

    row = f"{click.style(parameter.name, bold=True)} = {text_of(parameter.default) or '(none)'}"
    others = [
        f"{text_of(default)} with {name}={value}"
        for name, defaults in parameter.defaults_for.items()
        for value, default in defaults.items()
    ]
    return f"{row} ({', '.join(others)})" if others else row


def _values(parameter: "Parameter") -> str:
    values = parameter.describe()
    return f"{values}; only with {parameter.condition()}" if parameter.when else values


def _indented(text: str) -> str:
    return click.wrap_text(text, width=96, initial_indent="    ", subsequent_indent="    ")


def _as_dict(template: "Template") -> dict[str, object]:
    from dataclasses import asdict

    from dltemplates.scaffold.schema import schema

    return {
        "name": template.name,
        "version": template.version,
        "task": template.task,
        "summary": template.summary,
        "origin": template.origin,
        "source": template.source,
        "commit": template.commit,
        "hooks": template.hooks,
        "parameters": [
            {
                key: value
                for key, value in asdict(parameter).items()
                if value not in (None, "", (), {})
            }
            for parameter in template.parameters.values()
        ],
        "schema": schema(template),
    }
