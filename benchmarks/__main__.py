"""Runs a benchmark: `python -m benchmarks --help` names them; each has --help."""

import click

from benchmarks.anomaly import anomaly
from benchmarks.batch_prediction import batch_prediction
from benchmarks.cifar10 import cifar10
from benchmarks.command_line import command_line
from benchmarks.etth1 import etth1
from benchmarks.exports import exports
from benchmarks.finetune_anomalies import finetune_anomalies
from benchmarks.finetune_images import finetune_images
from benchmarks.finetune_series import finetune_series
from benchmarks.finetune_texts import finetune_texts
from benchmarks.kills import kills
from benchmarks.nsmc import nsmc
from benchmarks.serving import serving
from benchmarks.throughput import throughput
from benchmarks.update import update


@click.group()
def main() -> None:
    """Measures dltemplates. Free the machine first: other work on it spoils the figures."""


COMMANDS = (
    command_line,
    throughput,
    cifar10,
    etth1,
    exports,
    anomaly,
    nsmc,
    kills,
    batch_prediction,
    finetune_anomalies,
    finetune_images,
    finetune_series,
    finetune_texts,
    serving,
    update,
)
for command in COMMANDS:
    main.add_command(command)

if __name__ == "__main__":
    main()
