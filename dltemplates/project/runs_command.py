"""The commands of a project that look at its runs. None of them needs TensorFlow."""

from datetime import timedelta
from typing import Any

import click

from dltemplates.columns import cut, terminal_width
from dltemplates.console import Group, debug_flag, json_option, print_json
from dltemplates.project.amounts import size
from dltemplates.project.commands import Project
from dltemplates.project.run_comparison import compare
from dltemplates.project.run_pruning import Pruning, parse_age, plan_pruning
from dltemplates.project.run_summary import all_as_dict, as_dict, details, table
from dltemplates.training.run_folders import find_run, read_runs


@click.group(cls=Group)
@debug_flag
def runs() -> None:
    """List, show, compare and prune runs."""


@runs.command("list")
@json_option
@debug_flag
@click.pass_obj
def list_runs(project: Project, as_json: bool) -> None:
    """List the runs, the newest first."""
    found = read_runs(project.runs)
    if as_json:
        print_json([as_dict(run) for run in found])
        return
    if not found:
        click.echo(f"No runs in {project.runs}. Run the train command first.")
        return
    heading, *lines = table(found, terminal_width())
    click.secho(heading, bold=True)
    for line in lines:
        click.echo(line)
    for run in found:
        for sentence in run.damage:
            click.echo(f"{run.name}: {sentence}", err=True)


@runs.command()
@click.argument("name")
@json_option
@debug_flag
@click.pass_obj
def show(project: Project, name: str, as_json: bool) -> None:
    """Show everything about the run NAME."""
    run = find_run(project.runs, name)
    if as_json:
        print_json(all_as_dict(run, project.package))
        return
    width = terminal_width()
    for line in details(run, project.package):
        click.echo(line if width is None else cut(line, width))


@runs.command("compare")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@json_option
@debug_flag
@click.pass_obj
def compare_runs(project: Project, first: str, second: str, as_json: bool) -> None:
    """Compare the runs A and B: settings beside what came of them."""
    found = compare(find_run(project.runs, first), find_run(project.runs, second))
    if as_json:
        print_json(found.as_dict())
        return
    for line in found.lines(terminal_width()):
        click.echo(line)


def _age(context: Any, parameter: Any, text: str | None) -> timedelta | None:
    return None if text is None else parse_age(text)


@runs.command()
@click.option("--unfinished", is_flag=True, help="Whole runs that are not finished.")
@click.option(
    "--keep", type=click.IntRange(min=0), metavar="N", help="Whole runs, but not the latest N."
)
@click.option(
    "--older-than", callback=_age, metavar="AGE", help="Whole runs that are older: 30d, 12h, 4w."
)
@click.option("--yes", is_flag=True, help="Delete without asking.")
@json_option
@debug_flag
@click.pass_obj
def prune(
    project: Project,
    unfinished: bool,
    keep: int | None,
    older_than: timedelta | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Delete what is no longer needed: without options, the checkpoints of finished runs.

    Their finished models, records and figures stay. With options it deletes whole runs, those for
    which all options hold. A run that trains now, or that another started from
    (train.pretrained, finetune.start), always stays. It shows what it would delete, and asks; with
    --json it deletes only with --yes.
    """
    found = read_runs(project.runs)
    pruning = plan_pruning(found, unfinished=unfinished, keep=keep, older_than=older_than)
    if not as_json:
        _say(pruning)
    delete = bool(pruning.deletions) and (
        yes or (not as_json and click.confirm("\nDelete this for good?"))
    )
    for deletion in pruning.deletions if delete else []:
        deletion.carry_out()
    if as_json:
        deletions = [deletion.as_dict() for deletion in pruning.deletions]
        print_json({"deleted": delete, "deletions": deletions, "kept": pruning.kept})
    elif delete:
        click.echo(f"Deleted: {size(pruning.bytes)} are free again.")


def _say(pruning: Pruning) -> None:
    for name, reason in pruning.kept.items():
        click.echo(f"Kept: {name}, since {reason}.")
    if not pruning.deletions:
        click.echo("There is nothing to delete.")
        return
    for deletion in pruning.deletions:
        what = "the whole run" if deletion.whole else "checkpoints of the finished run"
        click.echo(f"{size(deletion.bytes):>12}  {what} {deletion.run.name}")
    click.echo(f"{size(pruning.bytes):>12}  in all")
