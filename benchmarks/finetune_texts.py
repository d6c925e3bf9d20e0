"""Fine-tuning on NSMC: masked texts without labels first, then a thousand labelled reviews."""

import json
import os
import random
import statistics
import tempfile
from pathlib import Path
from typing import Any

import click

from benchmarks.measuring import run_module

_TRAIN, _TEST = "ratings_train.txt", "ratings_test.txt"
_HELD = 10_000  # reviews to choose settings by
_COLUMNS = ("linear baseline", "scratch: network", "whole", "fine-tuned: network", "whole")


@click.command("finetune-texts")
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True),
    default=Path("../shared/data/nsmc"),
    show_default=True,
    help=f"The folder of {_TRAIN} and {_TEST}.",
)
@click.option("--reviews", default=1_000, show_default=True, help="Labelled ones, of training.")
@click.option("--seeds", default=3, show_default=True, help="How many.")
@click.option("--first-seed", default=0, show_default=True)
@click.option("--pretrain-epochs", default=8, show_default=True)
@click.option(
    "--encoder",
    type=click.Path(path_type=Path, exists=True),
    help="A finished run of pretrain on these texts, instead of making one.",
)
@click.option("--set", "settings", multiple=True, help="A setting of both, for ablations.")
@click.option(
    "--held-out",
    is_flag=True,
    help="Test on other training reviews instead, to choose settings by.",
)
def finetune_texts(
    data: Path,
    reviews: int,
    seeds: int,
    first_seed: int,
    pretrain_epochs: int,
    encoder: Path | None,
    settings: tuple[str, ...],
    held_out: bool,
) -> None:
    """Pre-trains a generated classifier, then learns few reviews with that and from scratch.

    A seed decides which reviews have their labels, and everything random in training.
    """
    with tempfile.TemporaryDirectory() as temporary:
        work, data = Path(temporary), data.resolve()
        run_module(work, "dltemplates", "new", "transformer-classifier", "app", "--defaults")
        app = work / "app"
        if encoder is None:
            length = f"pretrain.epochs={pretrain_epochs}"
            _run(app, "pretrain", "--name", "reader", *_options(data, 0, (length,)))
        start = "reader" if encoder is None else str(encoder.resolve())
        print(f"| seed | {' | '.join(_COLUMNS)} | gain |\n{'| --- ' * 7}|", flush=True)
        rows = []
        for seed in range(first_seed, first_seed + seeds):
            folder = _labelled(data, reviews, seed, held_out, work / str(seed))
            chosen = _options(folder, seed, settings)
            scratch = _run(app, "train", *chosen)
            tuned = _run(app, "finetune", "--from", start, "--no-compare", *chosen)
            measured = _accuracies(app, scratch["run"]) | {
                f"tuned {name}": value
                for name, value in _accuracies(app, tuned["run"], "--no-baseline").items()
            }
            names = ("linear baseline", "network", "whole", "tuned network", "tuned whole")
            rows.append([measured[name] for name in names])
            _print_row(str(seed), rows[-1])
        _print_row("mean", [statistics.mean(column) for column in zip(*rows, strict=True)])


def _options(folder: Path, seed: int, settings: tuple[str, ...]) -> list[str]:
    fixed = (
        "data.source=path",
        f"data.path={folder}",
        "data.text_column=document",
        f"train.seed={seed}",
        f"data.split_seed={seed}",
    )
    return [part for setting in (*fixed, *settings) for part in ("--set", setting)]


def _labelled(data: Path, count: int, seed: int, held_out: bool, folder: Path) -> Path:
    """A folder of so many training reviews, half of each class, and of reviews to test on."""
    heading, *lines = (data / _TRAIN).read_text("utf-8").rstrip("\n").split("\n")
    lines = [line for line in lines if line.split("\t")[1].strip()]
    random.Random(seed).shuffle(lines)
    chosen = [line for label in "01" for line in _of(lines, label)[: count // 2]]
    folder.mkdir()
    (folder / _TRAIN).write_text("\n".join([heading, *sorted(chosen)]) + "\n", "utf-8")
    if held_out:
        others = [line for label in "01" for line in _of(lines, label)[-_HELD // 2 :]]
        (folder / _TEST).write_text("\n".join([heading, *others]) + "\n", "utf-8")
    else:
        os.symlink(data / _TEST, folder / _TEST)
    return folder


def _of(lines: list[str], label: str) -> list[str]:
    return [line for line in lines if line.endswith(f"\t{label}")]


def _accuracies(app: Path, run: str, *arguments: str) -> dict[str, float]:
    """Of the whole answer, of its network and, unless left out, of the linear baseline."""
    rows = _run(app, "evaluate", "--run", run, *arguments)["comparison"]["contenders"]
    found = {row["name"]: row["accuracy"] for row in rows}
    return {
        "whole": found["this model"],
        "network": found["this model's network alone"],
        "linear baseline": next(
            (value for name, value in found.items() if name.startswith("linear baseline")), 0.0
        ),
    }


def _run(app: Path, *arguments: str) -> dict[str, Any]:
    output, _ = run_module(app, "app", *arguments, "--json")
    return json.loads(output)


def _print_row(name: str, values: list[float]) -> None:
    gain = f"{100 * (values[-1] - values[2]):+.2f}"
    shown = " | ".join(f"{value:.2%}" for value in values)
    print(f"| {name} | {shown} | {gain} |", flush=True)
