"""Accuracy against minutes on CIFAR-10, from JPEG class folders, at the template's own defaults."""

import json
import tarfile
import tempfile
import time
from pathlib import Path

import click

from benchmarks.measuring import run_module


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
        folder = unpacked(data, work)
        run_module(work, "dltemplates", "new", "cnn-classifier", "cifar", "--defaults")
        print("| epochs | seed | training, minutes | whole command, minutes | peak memory, GiB "
              f"| {split} accuracy |\n| --- | --- | --- | --- | --- | --- |")  # fmt: skip
        for count in epochs or (None,):
            for seed in seeds:
                more = [f"train.epochs={count}"] if count else []
                print(_row(work / "cifar", folder, [f"train.seed={seed}", *more, *settings], split))


def unpacked(data: Path, work: Path) -> Path:
    """The folder of class folders, unpacked below `work` if `data` is an archive."""
    if data.is_dir():
        return data.resolve()
    with tarfile.open(data) as archive:
        archive.extractall(work / "images", filter="data")
    return next(p.parent for p in (work / "images").rglob("train") if p.is_dir())


def _row(project: Path, folder: Path, settings: list[str], split: str) -> str:
    chosen = [p for s in settings for p in ("--set", s)]
    started = time.perf_counter()
    trained, peak = run_module(
        project, "cifar", "train", "--json",
        "--set", "data.source=path", "--set", f"data.path={folder}", *chosen,
    )  # fmt: skip
    wall = time.perf_counter() - started
    result = json.loads(trained)
    evaluated, _ = run_module(project, "cifar", "evaluate", "--json", "--split", split)
    config = (project / result["run"] / "config.toml").read_text()
    count = next(line for line in config.splitlines() if line.startswith("epochs")).split()[-1]
    seed = next(line for line in config.splitlines() if line.startswith("seed")).split()[-1]
    return (
        f"| {count} | {seed} | {result['training_seconds'] / 60:.2f} | {wall / 60:.2f} "
        f"| {peak:.2f} | {json.loads(evaluated)['accuracy']:.2%} |"
    )
