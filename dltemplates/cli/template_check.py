"""`dltemplates template check`."""

import shlex
from typing import TYPE_CHECKING

import click

from dltemplates.cli.completion import template_names
from dltemplates.console import debug_flag, json_option, print_json

if TYPE_CHECKING:
    from dltemplates.scaffold.checking.findings import Check, Finding

_MARKS = {True: "ok", False: "WRONG", None: "note"}


@click.command("check", short_help="Check a template.")
@click.argument("template", metavar="[TEMPLATE]", default=".", shell_complete=template_names)
@click.option(
    "--test",
    "tests",
    default=0,
    type=click.IntRange(min=0),
    metavar="N",
    help="Also run the tests of N generated projects.",
)
@json_option
@debug_flag
@click.pass_context
def command(context: click.Context, template: str, tests: int, as_json: bool) -> None:
    """Check the template in the folder TEMPLATE (default: this one).

    It is rendered so that every two values of its parameters come together once; numbers take
    their default and their bounds. What comes out has to parse, and to please `ruff check` and
    `ruff format`. Ends with 1 if anything is wrong, and names the file of the template and the
    answers that show it.
    """
    from dltemplates.errors import TemplateError
    from dltemplates.scaffold import catalog
    from dltemplates.scaffold.checking.findings import Check, Finding
    from dltemplates.scaffold.checking.template_check import check

    checks: list[Check] = []

    def show(found: Check) -> None:
        checks.append(found)
        if not as_json:
            _print(found)

    name = None
    try:
        opened = context.with_resource(catalog.opened(template))
        name = opened.name
        about = f"{name} {opened.version}: {len(opened.parameters)} parameters"
        show(Check("manifest", about))
        for each in check(opened, tests):
            show(each)
    except TemplateError as error:
        if checks:
            raise
        problem = Finding(error.where or "", " ".join(filter(None, (error.message, error.hint))))
        show(Check("manifest", "cannot be used", findings=(problem,)))
    ok = all(each.passed is not False for each in checks)
    if as_json:
        print_json({"template": name, "ok": ok, "checks": [each.as_dict() for each in checks]})
    if not ok:
        context.exit(1)


def _print(check: "Check") -> None:
    found = len(check.findings)
    summary = f"{found} found" if found else check.summary
    click.echo(f"{_MARKS[check.passed]:<6} {check.name:<9}  {summary}")
    for finding in check.findings:
        _print_finding(finding)


def _print_finding(finding: "Finding") -> None:
    first, *more = finding.message.splitlines()
    click.echo(f"       {finding.file}: {first}" if finding.file else f"       {first}")
    for line in more:
        click.echo(f"         {line}")
    if finding.settings is None:
        return
    settings = [part for setting in finding.settings for part in ("--set", setting)]
    others = f" (and {finding.others} other sets)" if finding.others else ""
    click.echo(f"         with {shlex.join(settings) or 'the defaults'}{others}")
