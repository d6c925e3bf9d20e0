"""Fine-tuning on CIFAR-10 divided by classes: seven first, then three from few images."""

import json
import os
import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

import click

from benchmarks.cifar10 import unpacked
from benchmarks.measuring import run_module

_OLD = 7  # classes, the first in alphabetical order


@click.command("finetune-images")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("../shared/data/images/cifar10.tar.gz"),
    show_default=True,
    help="The archive of class folders, or a folder of them.",
)
@click.option("--images", default=50, show_default=True, help="Of each new class.")
@click.option("--rehearsal", default=20, show_default=True, help="Images of each old class.")
@click.option("--seeds", default=3, show_default=True, help="How many.")
@click.option(
    "--scratch-epochs",
    default=60,
    show_default=True,
    help="Of the training from scratch that is not as long as fine-tuning but until it is done.",
)
def finetune_images(
    data: Path, images: int, rehearsal: int, seeds: int, scratch_epochs: int
) -> None:
    """Generates a project, trains it on seven classes, and fine-tunes it to the other three.

    A seed decides which images of the new classes there are, and everything random in training.
    """
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        folder = unpacked(data, work)
        names = sorted(path.name for path in (folder / "train").iterdir())
        old = _old_classes(folder, names[:_OLD], work / "old")
        run_module(work, "dltemplates", "new", "cnn-classifier", "app", "--defaults")
        app = work / "app"
        source = ["--set", "data.source=path"]
        _run(app, "train", "--name", "old", *source, "--set", f"data.path={old}")
        print(f"| seed | from scratch, as long | scratch, {scratch_epochs} epochs | fine-tuned "
              "| all classes: new | old, before | old, after |\n" + 7 * "| --- " + "|")  # fmt: skip
        rows = []
        for seed in range(seeds):
            new = _new_classes(folder, names[_OLD:], images, seed, work / f"new{seed}")
            chosen = [*source, "--set", f"data.path={new}", "--set", f"train.seed={seed}"]
            tuned = _run(app, "finetune", "--from", "old", *chosen)["finetuning"]["values"]
            again = ["--set", f"finetune.rehearsal={rehearsal}"]
            whole = _run(app, "finetune", "--from", "old", *again, *chosen)["finetuning"]["values"]
            length = ["--set", f"train.epochs={scratch_epochs}"]
            scratch = _run(app, "train", "--name", f"scratch{seed}", *length, *chosen)
            longer = _run(app, "evaluate", "--run", scratch["run"])["accuracy"]
            rows.append(
                (
                    tuned["from scratch"]["new data"],
                    longer,
                    tuned["fine-tuned"]["new data"],
                    whole["fine-tuned"]["new data"],
                    whole["before"]["old data"],
                    whole["fine-tuned"]["old data"],
                )
            )
            _print_row(str(seed), rows[-1])
        _print_row("mean", [sum(column) / seeds for column in zip(*rows, strict=True)])


def _old_classes(folder: Path, names: list[str], place: Path) -> Path:
    for split in ("train", "test"):
        for name in names:
            _link(folder / split / name, place / split / name)
    return place


def _new_classes(folder: Path, names: list[str], count: int, seed: int, place: Path) -> Path:
    """A few training images of each class, and all its test images."""
    for name in names:
        _link(folder / "test" / name, place / "test" / name)
        files = sorted((folder / "train" / name).iterdir())
        chosen = place / "train" / name
        chosen.mkdir(parents=True)
        for file in random.Random(f"{seed}/{name}").sample(files, count):
            shutil.copy(file, chosen)
    return place


def _link(target: Path, link: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    os.symlink(target, link)


def _run(app: Path, *arguments: str) -> dict[str, Any]:
    output, _ = run_module(app, "app", *arguments, "--json")
    return json.loads(output)


def _print_row(name: str, values: tuple[float, ...] | list[float]) -> None:
    print(f"| {name} | " + " | ".join(f"{value:.2%}" for value in values) + " |", flush=True)
