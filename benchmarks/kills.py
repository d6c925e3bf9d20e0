"""Kills trainings at random moments and compares what they end with, bit for bit."""

import io
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import click
import h5py
import numpy as np

# Small networks and short epochs, so that many of the kills hit a save; every random part is on.
SETTINGS = {
    "cnn-classifier": [
        "train.epochs=5",
        "train.ema=true",
        "data.augmentation=strong",
        "data.image_size=16",
        "model.width=16",
    ],
    "lstm-forecaster": ["train.steps=300", "train.steps_per_epoch=60"],
    "autoencoder-anomaly": ["train.steps=600", "train.steps_per_epoch=100"],
    "transformer-classifier": ["train.epochs=5", "train.batch_size=64", "model.width=32"],
}


@dataclass
class Tally:
    """What became of the trainings of one template."""

    kills: int = 0
    in_a_save: int = 0
    before_a_checkpoint: int = 0
    runs: int = 0
    unlike: list[str] = field(default_factory=list)


@click.command()
@click.option("--count", default=100, show_default=True, help="Kills over all templates.")
@click.option("--seed", default=0, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), required=True, help="An empty one.")
@click.option(
    "--template",
    "templates",
    multiple=True,
    type=click.Choice(list(SETTINGS)),
    default=list(SETTINGS),
    help="Repeatable; default: all.",
)
def kills(count: int, seed: int, folder: Path, templates: tuple[str, ...]) -> None:
    """Kill -9 at random moments, resume, and compare with a run that was never stopped."""
    moments = random.Random(seed)
    unlike = []
    for number, template in enumerate(templates):
        wanted = count * (number + 1) // len(templates) - count * number // len(templates)
        tally = _kill_many(template, folder, wanted, moments)
        unlike += tally.unlike
        click.echo(
            f"{template:24} {tally.kills} kills in {tally.runs} runs, {tally.in_a_save} during a "
            f"save, {tally.before_a_checkpoint} before the first; unlike: {tally.unlike or 'none'}"
        )
    if unlike:
        raise SystemExit(1)


def _kill_many(template: str, folder: Path, wanted: int, moments: random.Random) -> Tally:
    package = template.partition("-")[0]
    project = folder / package
    _run("dltemplates", "new", template, str(project), "--defaults")
    settings = [part for setting in SETTINGS[template] for part in ("--set", setting)]
    started = time.monotonic()
    _run(package, "train", "--name", "whole", *settings, cwd=project)
    seconds = time.monotonic() - started
    whole = ending(project / "runs" / "whole")
    tally = Tally()
    while tally.kills < wanted:
        name = f"killed{tally.runs}"
        run = project / "runs" / name
        command = ["train", "--name", name, *settings]
        while tally.kills < wanted and _dies(package, command, project, seconds, moments):
            tally.kills += 1
            asides = list(run.glob(".*-*")) + list(run.glob("checkpoints/.*"))
            tally.in_a_save += bool(asides)
            tally.before_a_checkpoint += not any(run.glob("checkpoints/step-*"))
            if (run / "config.toml").exists():
                command = ["train", "--resume", name]
        if not (run / "done.json").exists():
            _run(package, *command, cwd=project)
        tally.runs += 1
        if ending(run) != whole:
            tally.unlike.append(name)
    return tally


def _dies(
    package: str, command: list[str], project: Path, seconds: float, moments: random.Random
) -> bool:
    """Starts a training and kills it at a random moment; False if it ended before that."""
    words = [sys.executable, "-m", package, *command]
    with subprocess.Popen(
        words, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        try:
            _, errors = process.communicate(timeout=seconds * moments.uniform(0.3, 1.0))
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            return True
        if process.returncode != 0:
            raise click.ClickException(errors.decode())
        return False


def _run(module: str, *words: str, cwd: Path | None = None) -> None:
    subprocess.run([sys.executable, "-m", module, *words], cwd=cwd, check=True, capture_output=True)


def ending(run: Path) -> tuple[str, dict[str, bytes]]:
    """The history and every weight of the finished model."""
    weights: dict[str, bytes] = {}

    def take(name: str, item: h5py.Dataset | h5py.Group) -> None:
        if isinstance(item, h5py.Dataset):
            weights[name] = np.asarray(item[()]).tobytes()

    with zipfile.ZipFile(run / "model.keras") as archive:
        contents = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(contents) as file:
        file.visititems(take)
    return (run / "history.csv").read_text("utf-8"), weights
