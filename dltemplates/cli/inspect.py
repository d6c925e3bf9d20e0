"""`dltemplates inspect`."""

from typing import TYPE_CHECKING

import click

from dltemplates.console import Duration, debug_flag, json_option, print_json

if TYPE_CHECKING:
    from dltemplates.inspection.candidate import Candidate
    from dltemplates.inspection.template_choice import Choice


@click.command("inspect", short_help="Say what data are, and which template fits them.")
@click.argument("path", type=click.Path())
@click.option(
    "--time-budget",
    type=Duration(),
    metavar="TIME",
    help="Choose settings with which training takes so long on two CPU cores, such as 10m.",
)
@json_option
@debug_flag
def command(path: str, time_budget: float | None, as_json: bool) -> None:
    """Look at a sample of the data at PATH: images, series, sensor logs, tables or texts.

    Says what they are, what may hinder training, which template fits, and which of its parameters
    the data speak for. Reads only; nothing is changed or sent anywhere.
    """
    from dltemplates.inspection.inspector import inspect

    choice = inspect(path, time_budget=time_budget)
    if as_json:
        print_json(choice.as_dict())
        return
    _print(choice, path)


def _print(choice: "Choice", path: str) -> None:
    import shlex

    quoted = shlex.quote(click.format_filename(path))
    first = choice.candidates[0]
    _print_finding(first)
    if choice.chosen:
        _print_candidate(choice.chosen)
        click.echo("\nA project for them:")
        click.echo(f"  dltemplates new my-app --data {quoted}")
    else:
        click.echo(f"\n{click.style('No template was chosen.', bold=True)} {choice.refusal}")
    for other in choice.others:
        if not choice.chosen:
            continue
        click.echo(f"\nIt could also be {other.finding.title()}. For that:")
        click.echo(f"  dltemplates new {other.template} my-app --data {quoted}")


def _print_finding(candidate: "Candidate") -> None:
    from dltemplates.cli.summary import print_concerns
    from dltemplates.columns import align

    finding = candidate.finding
    title = finding.title()
    click.echo(f"{click.style(title[:1].upper() + title[1:], bold=True)}.\n")
    for line in align(finding.rows()):
        click.echo(f"  {line}")
    print_concerns(finding.worth_knowing())


def _print_candidate(candidate: "Candidate") -> None:
    from dltemplates.scaffold.parameters import text_of

    click.echo(f"\nTemplate: {click.style(candidate.template, bold=True)}. {candidate.because}")
    told = [each for each in candidate.recommendations if each.reason]
    if not told:
        click.echo("Its defaults suit these data.")
    for each in told:
        click.echo(f"  {each.name} = {text_of(each.value)}")
        click.echo(click.style(click.wrap_text(each.reason, 96, "      ", "      "), dim=True))
