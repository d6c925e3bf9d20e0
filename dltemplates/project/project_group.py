"""The command line of a project: what it has whatever it learns."""

import logging
import signal
import threading
from pathlib import Path
from typing import Any

import click

from dltemplates.console import Group, debug_option
from dltemplates.logs import OURS
from dltemplates.project.commands import Project
from dltemplates.project.doctor_command import doctor
from dltemplates.project.lr_find import lr_find
from dltemplates.project.runs_command import runs as runs_group
from dltemplates.project.serve_command import serve
from dltemplates.project.training_command import train
from dltemplates.project.tune import tune


def project_group(package: str, summary: str) -> click.Group:
    """The command group of a project, with the commands that are the same for all."""

    @click.group(cls=Group, help=summary)
    @click.option(
        "--runs",
        type=click.Path(path_type=Path),
        default=Path("runs"),
        show_default=True,
        help="Folder of the runs.",
    )
    @debug_option
    @click.pass_context
    def group(context: click.Context, runs: Path, debug: bool) -> None:
        logging.basicConfig(level=logging.WARNING, format="%(message)s")
        OURS.setLevel(logging.INFO)
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, _stop)  # as `docker stop` sends it: clean up first
        context.obj = Project(package, runs)

    for command in (train, lr_find, tune, runs_group, serve, doctor):
        group.add_command(command)
    return group


def _stop(number: int, frame: Any) -> None:
    raise SystemExit(128 + number)
