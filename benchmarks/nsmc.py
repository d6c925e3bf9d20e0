"""Accuracy on NSMC, 200,000 short Korean film reviews, at the template's own defaults."""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import click

from benchmarks.measuring import run_module

# What the rows of the evaluation's table are called, in the order of ours.
_ROWS = ("linear baseline", "linear part", "network", "this model")


@click.command("nsmc")
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True),
    default=Path("../shared/data"),
    show_default=True,
    help="The folder of ratings_train.txt and ratings_test.txt, or the one around it.",
)
@click.option("--seed", "seeds", multiple=True, type=int, default=(0,), show_default=True)
@click.option("--pretrain", is_flag=True, help="Also train from an encoder that was pre-trained.")
@click.option("--set", "settings", multiple=True, help="A setting of the project, for ablations.")
@click.option("--split", default="test", show_default=True)
def nsmc(
    data: Path, seeds: tuple[int, ...], pretrain: bool, settings: tuple[str, ...], split: str
) -> None:
    """Trains a generated text classifier on the official split, and evaluates it."""
    folder = data / "nsmc" if (data / "nsmc").is_dir() else data
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        run_module(work, "dltemplates", "new", "transformer-classifier", "nsmc", "--defaults")
        print("| seed | start | pre-training, s | training, s | whole command, s "
              f"| linear baseline | linear part | network | both, {split} accuracy |\n"
              "| --- | --- | --- | --- | --- | --- | --- | --- | --- |")  # fmt: skip
        for seed in seeds:
            chosen = _chosen(folder.resolve(), seed, settings)
            print(_row(work / "nsmc", chosen, seed, split, ""), flush=True)
            if pretrain:
                print(_row(work / "nsmc", chosen, seed, split, f"encoder-{seed}"), flush=True)


def _chosen(folder: Path, seed: int, settings: tuple[str, ...]) -> list[str]:
    fixed = (
        "data.source=path",
        f"data.path={folder}",  # the split is the official one
        "data.text_column=document",
        f"train.seed={seed}",
    )
    return [part for setting in (*fixed, *settings) for part in ("--set", setting)]


def _row(project: Path, chosen: list[str], seed: int, split: str, encoder: str) -> str:
    """Trains once, from the encoder of that name if one is given."""
    before = ""
    if encoder:
        learned, _ = _command(project, "pretrain", "--name", encoder, *chosen)
        before = f"{learned['training_seconds']:.0f}"
        chosen = [*chosen, "--set", f"train.pretrained={encoder}"]
    trained, wall = _command(project, "train", *chosen)
    report, _ = _command(project, "evaluate", "--run", trained["run"], "--split", split)
    return (
        f"| {seed} | {'pre-trained' if encoder else 'scratch'} | {before} "
        f"| {trained['training_seconds']:.0f} | {wall:.0f} "
        f"| {' | '.join(_accuracies(report))} |"
    )


def _accuracies(report: dict[str, Any]) -> list[str]:
    """Of the contenders that the columns are for; empty where there was none."""
    found = dict.fromkeys(_ROWS, "")
    for row in report["comparison"]["contenders"]:
        for name in _ROWS:
            # "this model's network alone" is the network, and not the model.
            if name in row["name"].removeprefix("this model's"):
                found[name] = f"{row['accuracy']:.2%}"
    return list(found.values())


def _command(project: Path, name: str, *arguments: str) -> tuple[dict[str, Any], float]:
    """What a command of the project answers, and how long it took."""
    started = time.perf_counter()
    answer, _ = run_module(project, "nsmc", name, "--json", *arguments)
    return json.loads(answer), time.perf_counter() - started
