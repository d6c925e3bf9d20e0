"""`dltemplates list`."""

import click

from dltemplates.console import debug_flag, json_option, print_json


@click.command("list")
@json_option
@debug_flag
def command(as_json: bool) -> None:
    """List the templates."""
    from dltemplates.cli.language import language
    from dltemplates.scaffold import catalog

    templates = catalog.templates()
    if as_json:
        keys = ("name", "version", "task", "summary")
        print_json([{key: getattr(template, key) for key in keys} for template in templates])
        return
    width = max((len(template.name) for template in templates), default=0)
    for template in templates:
        name = click.style(template.name.ljust(width), bold=True)
        click.echo(f"{name}  {template.summary_in(language())}")
    click.echo("\nMore about one: dltemplates show NAME")
