"""Accuracy against minutes on CIFAR-10, from JPEG class folders, at the template's own defaults."""

import json
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from pathlib import Path

import click


@click.command("cifar10")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("../shared/data/images/cifar10.tar.gz"),
    show_default=True,
    help="The archive of class folders, or a folder of them.",
)
@click.option("--epochs", multiple=True, type=int, help="Repeatable; default: the template's own.")
@click.option("--seed", "seeds", multiple=True, type=int, default=(0,), show_default=True)
@click.option("--set", "settings", multiple=True, help="A setting of the project, for ablations.")
@click.option("--split", default="test", show_default=True)
def cifar10(
    data: Path,
    epochs: tuple[int, ...],
    seeds: tuple[int, ...],
    settings: tuple[str, ...],
    split: str,
) -> None:
    """Generates a project, trains it on CIFAR-10 for each number of epochs, and evaluates it."""
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        folder = _unpacked(data, work)
        _run(work, "dltemplates", "new", "cnn-classifier", "cifar", "--defaults")
        print("| epochs | seed | training, minutes | whole command, minutes | peak memory, GiB "
              f"| {split} accuracy |\n| --- | --- | --- | --- | --- | --- |")  # fmt: skip
        for count in epochs or (None,):
            for seed in seeds:
                more = [f"train.epochs={count}"] if count else []
                print(_row(work / "cifar", folder, [f"train.seed={seed}", *more, *settings], split))


def _unpacked(data: Path, work: Path) -> Path:
    if data.is_dir():
        return data.resolve()
    with tarfile.open(data) as archive:
        archive.extractall(work / "images", filter="data")
    return next(p.parent for p in (work / "images").rglob("train") if p.is_dir())


def _row(project: Path, folder: Path, settings: list[str], split: str) -> str:
    chosen = [p for s in settings for p in ("--set", s)]
    started = time.perf_counter()
    trained, peak = _run(
        project, "cifar", "train", "--json",
        "--set", "data.source=path", "--set", f"data.path={folder}", *chosen,
    )  # fmt: skip
    wall = time.perf_counter() - started
    result = json.loads(trained)
    evaluated, _ = _run(project, "cifar", "evaluate", "--json", "--split", split)
    config = (project / result["run"] / "config.toml").read_text()
    count = next(line for line in config.splitlines() if line.startswith("epochs")).split()[-1]
    seed = next(line for line in config.splitlines() if line.startswith("seed")).split()[-1]
    return (
        f"| {count} | {seed} | {result['training_seconds'] / 60:.2f} | {wall / 60:.2f} "
        f"| {peak:.2f} | {json.loads(evaluated)['accuracy']:.2%} |"
    )


def _run(folder: Path, module: str, *arguments: str) -> tuple[str, float]:
    """Runs a command; returns what it printed and its peak memory in GiB."""
    child = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    output: list[str] = []
    reader = threading.Thread(target=lambda: output.append(child.stdout.read()))
    reader.start()
    _, status, usage = os.wait4(child.pid, 0)
    reader.join()
    if status:
        raise SystemExit(f"{module} {' '.join(arguments)} failed: {output}")
    return output[0], usage.ru_maxrss / 2**20
