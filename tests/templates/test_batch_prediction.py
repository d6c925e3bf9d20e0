"""A prediction of many rows that is killed and goes on ends with the same file."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from dltemplates.data.machine_sample import machine_sample
from tests.templates.generated import run


@pytest.mark.slow
def test_goes_on_after_kills_and_a_signal(tmp_path):
    project = tmp_path / "watch"
    settings = ("--set", "kind=table", "--set", "network=bottleneck")
    run("dltemplates", "new", "autoencoder-anomaly", project, "--defaults", *settings)
    run("watch", "train", "--set", "train.steps=20", cwd=project)
    table = machine_sample()
    header, row = ",".join(table.names), ",".join(map(str, table.values[0]))
    (project / "rows.csv").write_text("\n".join([header, *[row] * 600_000]))
    command = ["predict", "--data", "rows.csv", "--to"]
    run("watch", *command, "whole.csv", cwd=project)
    for number in (signal.SIGKILL, signal.SIGTERM):
        stop_in_the_middle([*command, "killed.csv", "--resume"], project, number)
        assert not (project / "killed.csv").exists()
    run("watch", *command, "killed.csv", "--resume", cwd=project)
    assert (project / "killed.csv").read_bytes() == (project / "whole.csv").read_bytes()
    assert not list(project.glob("killed.csv.*"))


def stop_in_the_middle(command, project, number):
    """Starts a prediction and stops it once it has added rows that it could go on from."""
    journal, part = project / "killed.csv.journal", project / "killed.csv.part"
    going_on = journal.exists()
    recorded = json.loads(journal.read_text())["written"]["bytes"] if going_on else 0
    command = [sys.executable, "-m", "watch", *command]
    with subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, text=True) as process:
        if going_on:  # what a kill left beyond the record is cut off by then
            assert process.stderr.readline().startswith("Going on after")
        while process.poll() is None and not (
            journal.exists() and part.exists() and part.stat().st_size > recorded
        ):
            time.sleep(0.01)
        assert process.poll() is None, "it was too fast to be stopped"
        os.kill(process.pid, number)
        process.stderr.read()
    assert process.returncode == (-number if number == signal.SIGKILL else 128 + number)
