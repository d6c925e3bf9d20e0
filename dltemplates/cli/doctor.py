"""`dltemplates doctor`."""

import click

from dltemplates.console import debug_flag, json_option, print_json


@click.command("doctor", short_help="Check that this machine and installation can train.")
@json_option
@debug_flag
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """Check versions, devices, processor, memory, disks and text.

    Each line is ok, a note (it works, but could be better) or WRONG (it stops training), with what
    mends it. Ends with 1 if something stops training. Inside a project,
    `python -m PACKAGE doctor` also measures the project's own training.
    """
    from dltemplates.machine.check import lines, stops_training
    from dltemplates.machine.checks import check_all

    checks = check_all()
    stopped = stops_training(checks)
    if as_json:
        print_json({"ok": not stopped, "checks": [check.as_dict() for check in checks]})
    else:
        for line in lines(checks):
            click.echo(line)
    if stopped:
        context.exit(1)
