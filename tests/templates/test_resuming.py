"""A training of each template that is killed and goes on ends as one that never stopped."""

import os
import signal
import subprocess
import sys

import pytest

from benchmarks.kills import SETTINGS, ending
from tests.templates.generated import run


@pytest.mark.slow
@pytest.mark.parametrize("template", SETTINGS)
def test_goes_on_after_a_kill_and_a_signal(template, tmp_path):
    package = template.partition("-")[0]
    project = tmp_path / package
    run("dltemplates", "new", template, project, "--defaults")
    settings = [part for setting in SETTINGS[template] for part in ("--set", setting)]
    run(package, "train", "--name", "whole", *settings, cwd=project)
    command = ["train", "--name", "stopped", *settings]
    for number in (signal.SIGKILL, signal.SIGTERM):
        stop_after_an_epoch([sys.executable, "-m", package, *command], project, number)
        assert not (project / "runs/stopped/done.json").exists()
        command = ["train", "--resume", "stopped"]
    run(package, *command, cwd=project)
    assert ending(project / "runs/stopped") == ending(project / "runs/whole")


def stop_after_an_epoch(command, project, number):
    """Starts a training and sends it a signal once it says that an epoch is done."""
    environment = {**os.environ, "CI": ""}  # where Progress would be quiet
    with subprocess.Popen(
        command, cwd=project, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        said = []
        for line in process.stderr:
            said.append(line)
            if line.startswith("epoch"):
                process.send_signal(number)
                break
        said.append(process.stderr.read())
    expected = -number if number == signal.SIGKILL else 128 + number
    assert process.returncode == expected, "".join(said)
