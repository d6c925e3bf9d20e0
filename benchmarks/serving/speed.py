"""How fast `serve` is, beside the same model called in-process on the same cores."""

import json
import statistics
import time
from pathlib import Path

import click

from benchmarks.serving.in_process import InProcess
from benchmarks.serving.load import Client, press_elsewhere
from benchmarks.serving.requests import image_request, read_images
from benchmarks.serving.server_process import running_server

project_option = click.option(
    "--project",
    type=click.Path(path_type=Path, exists=True),
    required=True,
    help="Folder of an image classifier's project, with one export.",
)
images_option = click.option(
    "--images",
    type=click.Path(path_type=Path, exists=True),
    required=True,
    help="Folder of images, at any depth.",
)
server_option = click.option(
    "--server", default="", help='Options of serve, such as "--batch 8 --threads 2".'
)


@click.command()
@project_option
@images_option
@server_option
@click.option("--rounds", default=10, show_default=True)
@click.option("--count", default=200, show_default=True, help="Requests a round.")
def latency(project: Path, images: Path, server: str, rounds: int, count: int) -> None:
    """Median latency of one client that sends one image a request."""
    contents = read_images(images, 64)
    inside = InProcess(project, contents)
    inside.latencies(20)
    ratios = []
    with running_server(project, *server.split()) as running:
        client = Client(running.port)
        requests = [image_request(running.predict, image) for image in contents]
        _latencies(client, requests, 20)
        for number in range(rounds):
            reference = statistics.median(inside.latencies(count))
            served = statistics.median(_latencies(client, requests, count))
            ratios.append(served / reference)
            say(round=number, in_process_ms=reference * 1e3, served_ms=served * 1e3)
    say(ratio=statistics.median(ratios), lowest=min(ratios), highest=max(ratios))


@click.command()
@project_option
@images_option
@server_option
@click.option("--rounds", default=5, show_default=True)
@click.option("--clients", default=32, show_default=True)
@click.option("--seconds", default=10.0, show_default=True, help="Of each measurement.")
def throughput(
    project: Path, images: Path, server: str, rounds: int, clients: int, seconds: float
) -> None:
    """Requests a second of many clients that send one image a request, one after the other."""
    contents = read_images(images, 64)
    inside = InProcess(project, contents)
    inside.throughput(2, 1.0)
    rates = {threads: inside.throughput(threads, seconds / 2) for threads in (1, 2, 4, 8)}
    best = max(rates, key=lambda threads: rates[threads])
    say(in_process_by_threads={str(threads): rate for threads, rate in rates.items()})
    ratios = []
    with running_server(project, *server.split()) as running:
        requests = [image_request(running.predict, image) for image in contents]
        press_elsewhere(running.port, requests, clients, seconds=1.0)
        for number in range(rounds):
            reference = inside.throughput(best, seconds)
            load = press_elsewhere(running.port, requests, clients, seconds=seconds)
            served = len(load.latencies) / load.seconds
            ratios.append(served / reference)
            say(
                round=number,
                in_process_per_s=reference,
                served_per_s=served,
                p50_ms=statistics.median(load.latencies) * 1e3,
            )
    say(ratio=statistics.median(ratios), lowest=min(ratios), highest=max(ratios))


def _latencies(client: Client, requests: list[bytes], count: int) -> list[float]:
    found = []
    for number in range(count):
        started = time.perf_counter()
        status, body = client.ask(requests[number % len(requests)])
        found.append(time.perf_counter() - started)
        if status != 200:
            raise SystemExit(f"Answered {status}: {body[:200]!r}")
    return found


def say(**values) -> None:
    """Prints a line of JSON."""
    print(json.dumps(values), flush=True)
