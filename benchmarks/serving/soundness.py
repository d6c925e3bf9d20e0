"""Whether the server stays sound: versions that change under load, and requests that are wrong."""

import json
import shutil
import threading
import time
from collections import Counter
from pathlib import Path

import click

from benchmarks.serving.in_process import InProcess, latest_version
from benchmarks.serving.load import Client, post, press_elsewhere
from benchmarks.serving.malformed import malformed_requests
from benchmarks.serving.requests import image_request, read_images
from benchmarks.serving.server_process import Server, running_server
from benchmarks.serving.speed import images_option, project_option, say, server_option

_TOLERANCE = 1e-5
_PART = 5_000  # requests whose answers are held at once


@click.command()
@project_option
@images_option
@server_option
@click.option("--count", default=100_000, show_default=True, help="Requests.")
@click.option("--clients", default=32, show_default=True)
@click.option("--swap", default=20.0, show_default=True, help="Seconds between new versions.")
def soak(project: Path, images: Path, server: str, count: int, clients: int, swap: float) -> None:
    """Compare every answer with what the model says in-process, while versions change."""
    contents = read_images(images, 64)
    inside = InProcess(project, contents)
    expected = [inside.ask(number) for number in range(len(contents))]
    wrong = dropped = done = 0
    worst = 0.0
    statuses: Counter[int] = Counter()
    with running_server(project, "--poll", "0.5", *server.split()) as running:
        requests = [image_request(running.predict, image) for image in contents]
        first, swaps = running.memory(), Swaps(project, running, swap)
        while done < count:
            part = min(_PART, count - done)
            load = press_elsewhere(running.port, requests, clients, count=part, keep=True)
            done += part
            dropped += load.dropped
            for status, number, body in load.answers:
                statuses[status] += 1
                difference = _difference(status, body, expected[number])
                worst = max(worst, difference)
                wrong += difference > _TOLERANCE
            say(
                requests=done,
                wrong=wrong,
                dropped=dropped,
                swaps=swaps.served,
                largest_difference=worst,
                memory_mib=running.memory(),
                statuses=dict(statuses),
            )
        swaps.stop()
        say(memory_at_start_mib=first, memory_at_end_mib=running.memory())
    if wrong or dropped or set(statuses) != {200}:
        raise SystemExit(1)


@click.command()
@project_option
@server_option
@click.option("--count", default=100_000, show_default=True, help="Requests.")
@click.option("--seed", default=0, show_default=True)
def fuzz(project: Path, server: str, count: int, seed: int) -> None:
    """Send malformed requests: none may be answered with 500, and none may hang."""
    statuses: Counter[int] = Counter()
    slowest = 0.0
    with running_server(project, *server.split()) as running:
        client, first = Client(running.port), None
        requests = malformed_requests(running.package, seed, count)
        for sent, (path, body) in enumerate(requests, 1):
            started = time.perf_counter()
            status, answer = client.ask(post(path, body))
            slowest = max(slowest, time.perf_counter() - started)
            statuses[status] += 1
            if status >= 500:
                say(status=status, path=path, body=repr(body[:500]), answer=answer.decode())
            elif status != 200 and "error" not in json.loads(answer):
                raise SystemExit(f"No reason is given: {status} {answer!r}")
            if sent == count // 10:  # all that is made once has been made
                first = running.memory()
            if sent % (count // 10 or 1) == 0:
                say(requests=sent, statuses=dict(statuses), memory_mib=running.memory())
        last = running.memory()
        say(memory_after_a_tenth_mib=first, memory_at_end_mib=last, slowest_s=slowest)
    if any(status >= 500 for status in statuses):
        raise SystemExit(1)


class Swaps:
    """Copies a project's export to a new version every so often, in a thread.

    Attributes:
        served: Versions that took the place of another one.
    """

    def __init__(self, project: Path, server: Server, seconds: float) -> None:
        self.served = 0
        self._original = latest_version(project)
        self._server = server
        self._seconds = seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        previous = None
        version = int(self._original.name)
        get = b"GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n"
        while not self._stop.wait(self._seconds):
            version += 1
            aside = self._original.parent / ".new-version"
            shutil.copytree(self._original, aside)
            aside.rename(self._original.parent / str(version))
            client = Client(self._server.port)  # an idle one is closed by the server
            while json.loads(client.ask(get)[1])["version"] != version:
                if self._stop.wait(0.1):
                    break
            else:
                self.served += 1
            if previous is not None:
                shutil.rmtree(previous)
            previous = self._original.parent / str(version)
        if previous is not None:
            shutil.rmtree(previous)


def _difference(status: int, body: bytes, expected: dict) -> float:
    """The largest difference of a probability; infinity for another answer."""
    if status != 200:
        return float("inf")
    (found,) = json.loads(body)["predictions"]
    if found["label"] != expected["label"][0].decode():
        return float("inf")
    pairs = zip(found["probabilities"], expected["probabilities"][0], strict=True)
    return max(abs(one - float(other)) for one, other in pairs)
