"""Speed, memory and kills of `predict --to` on many rows or texts."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import pandas as pd

from dltemplates.data.machine_sample import machine_sample
from dltemplates.data.review_sample import review_sample
from dltemplates.data.sensor_sample import sensor_sample

_POLL = 0.5  # seconds
_MEGABYTE = 2**20


@dataclass(frozen=True)
class Kind:
    """What is predicted: a template, how it is trained, and how it is asked."""

    template: str
    settings: tuple[str, ...]
    training: tuple[str, ...]
    asking: tuple[str, ...]


KINDS = {
    "rows": Kind("autoencoder-anomaly", ("kind=table",), ("train.steps=200",), ("--data",)),
    "log": Kind("autoencoder-anomaly", (), ("train.steps=200",), ("--data",)),
    "texts": Kind(
        "transformer-classifier", (), ("train.epochs=1",), ("--text-column", "text", "--file")
    ),
}


@click.command()
@click.option("--kind", "name", type=click.Choice(list(KINDS)), default="rows", show_default=True)
@click.option("--count", default=1_000_000, show_default=True, help="Rows or texts.")
@click.option(
    "--rounds", default=2, show_default=True, help="Of the bare signature and predict, in turn."
)
@click.option("--kills", default=3, show_default=True, help="Kills of one more prediction.")
@click.option("--seed", default=0, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), required=True, help="An empty one.")
def batch_prediction(
    name: str, count: int, rounds: int, kills: int, seed: int, folder: Path
) -> None:
    """Compare `predict --to` with the bare signature, watch its memory, kill it and resume it."""
    folder = folder.resolve()
    kind, project = KINDS[name], folder / "answering"
    settings = [part for setting in kind.settings for part in ("--set", setting)]
    training = [part for setting in kind.training for part in ("--set", setting)]
    _run("dltemplates", "new", kind.template, str(project), "--defaults", *settings)
    _run("answering", "train", *training, cwd=project)
    _run("answering", "export", cwd=project)
    source = folder / f"{name}.csv"
    _items(name, count, np.random.default_rng(seed)).to_csv(source, index=False)
    export = project / "export/answering/1"
    speed = [sys.executable, "-m", "benchmarks.batch_speed", str(export), str(source), str(rounds)]
    for line in subprocess.run(speed, check=True, stdout=subprocess.PIPE).stdout.splitlines():
        _tell(kind=name, count=count, **json.loads(line))
    asking = ["predict", "--export", "export/answering", *kind.asking, str(source), "--to"]
    whole = folder / "whole.csv"
    ours, memory = _watched([*asking, str(whole)], project)
    _tell(kind=name, count=count, items_per_second=ours, resident_mb=memory)
    killed = folder / "killed.csv"
    moments = random.Random(seed)
    done = _kill([*asking, str(killed), "--resume"], project, kills, count / ours, moments)
    same = killed.read_bytes() == whole.read_bytes()
    _tell(kind=name, count=count, what="kill -9 and --resume", kills=done, same_bytes=same)
    if not same:
        raise SystemExit(1)


def _items(name: str, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Items of the bundled samples, repeated with changes."""
    if name == "texts":
        texts = review_sample().splits["train"].texts
        chosen = rng.integers(len(texts), size=(count, 2))
        return pd.DataFrame({"text": [f"{texts[a]} {texts[b][:20]}" for a, b in chosen]})
    if name == "log":
        series = sensor_sample().series
        names, values = series.names, series.values.T
    else:
        table = machine_sample()
        names, values = table.names, table.values
    places = np.arange(count) % len(values)
    noise = rng.normal(0.0, 0.01, (count, len(names))) * np.nanstd(values, axis=0)
    frame = pd.DataFrame((values[places] + noise).round(4), columns=names)
    if name == "log":
        frame.insert(0, "time", pd.date_range("2024-01-01", periods=count, freq="min"))
    return frame


def _watched(words: list[str], project: Path) -> tuple[float, list[int]]:
    """Items a second, as `predict` says, and its resident memory at ten moments, in MB."""
    memory = []
    with subprocess.Popen(
        [sys.executable, "-m", "answering", *words],
        cwd=project,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "CI": "true"},
    ) as process:
        part = Path(f"{words[words.index('--to') + 1]}.part")
        while process.poll() is None:
            if part.exists():  # the model is loaded
                memory.append(_resident(process.pid))
            time.sleep(_POLL)
        said = process.stderr.read()
    found = re.search(r"([\d,]+) \w+/s", said)
    if process.returncode or found is None:
        raise click.ClickException(said)
    memory = [each for each in memory if each]
    return float(found[1].replace(",", "")), memory[:: max(1, len(memory) // 10)]


def _resident(process: int) -> int:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // _MEGABYTE


def _kill(
    words: list[str], project: Path, kills: int, seconds: float, moments: random.Random
) -> int:
    """Kills a prediction at random moments, goes on after each, and ends it; returns the kills."""
    done = 0
    command = [sys.executable, "-m", "answering", *words]
    part = Path(f"{words[words.index('--to') + 1]}.part")
    for _ in range(kills):
        with subprocess.Popen(
            command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            while process.poll() is None and not part.exists():
                time.sleep(_POLL)
            time.sleep(moments.uniform(0.0, 2 * seconds / (kills + 1)))
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
                done += 1
    _run("answering", *words, cwd=project)
    return done


def _tell(**figures: object) -> None:
    print(json.dumps(figures), flush=True)


def _run(module: str, *words: str, cwd: Path | None = None) -> None:
    subprocess.run([sys.executable, "-m", module, *words], cwd=cwd, check=True, capture_output=True)
