"""What a shell may put for a template's name and after `--set`. To know nothing is no error."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dltemplates.errors import DltemplatesError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from dltemplates.scaffold.parameters import Parameter


def template_names(
    _ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> "list[CompletionItem[str]]":
    """Completes the name of a template of ours, or else a folder."""
    from click.shell_completion import CompletionItem

    from dltemplates.scaffold import catalog

    names = [name for name in catalog.names() if name.startswith(incomplete)]
    if not names:
        return [CompletionItem(incomplete, type="dir")]
    return [CompletionItem(name, help=_summary(name)) for name in names]


def settings(
    ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> "list[CompletionItem[str]]":
    """Completes `NAME=`, and then `NAME=VALUE`, for the template that is already on the line."""
    # Before its value is there, `--set` keeps click from assigning the arguments.
    template = ctx.params.get("template") or next(iter(ctx.args), "")
    return _settings_of(template, incomplete, ctx.params.get("lang"))


def recorded_settings(
    ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> "list[CompletionItem[str]]":
    """Completes the same for the project that is already on the line, or here."""
    from dltemplates.scaffold import record

    project = Path(next(iter(ctx.args), ctx.params.get("project") or "."))
    try:
        return _settings_of(record.read(project).origin, incomplete)
    except DltemplatesError:
        return []


def _settings_of(
    template: str, incomplete: str, lang: str | None = None
) -> "list[CompletionItem[str]]":
    from click.shell_completion import CompletionItem

    from dltemplates.cli.language import language
    from dltemplates.scaffold import catalog

    try:
        parameters = catalog.find(template).parameters
    except DltemplatesError:
        return []
    name, equals, value = incomplete.partition("=")
    if not equals:
        return [
            CompletionItem(f"{known}=", help=parameter.help_in(language(lang)))
            for known, parameter in parameters.items()
            if known.startswith(name)
        ]
    if name not in parameters:
        return []
    values = _values(parameters[name])
    return [CompletionItem(f"{name}={known}") for known in values if known.startswith(value)]


def _summary(name: str) -> str | None:
    from dltemplates.cli.language import language
    from dltemplates.scaffold import catalog

    try:
        return catalog.find(name).summary_in(language())
    except DltemplatesError:
        return None


def _values(parameter: "Parameter") -> list[str]:
    values = ["true", "false"] if parameter.type == "bool" else [*parameter.choices]
    return [*values, "auto"] if parameter.auto else values
