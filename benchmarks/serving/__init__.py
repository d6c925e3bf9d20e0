"""Speed and soundness of `serve`."""

import click

from benchmarks.serving.soundness import fuzz, soak
from benchmarks.serving.speed import latency, throughput


@click.group()
def serving() -> None:
    """Measure the server: latency, throughput, a soak under version swaps, malformed requests."""


for command in (latency, throughput, soak, fuzz):
    serving.add_command(command)
