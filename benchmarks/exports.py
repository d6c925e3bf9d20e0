"""Every template, network and format: how far exports are from their models, or why there is none.

    python -m benchmarks exports --folder EMPTY

writes the table in `docs/exports.md`, between the lines that say so.
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

NETWORKS: dict[str, tuple[str, list[str], list[str]]] = {
    "cnn-classifier, resnet": ("cnn-classifier", [], ["train.epochs=1"]),
    "cnn-classifier, plain": ("cnn-classifier", ["network=plain"], ["train.epochs=1"]),
    "cnn-classifier, application": (
        "cnn-classifier",
        ["network=application", "image_size=32"],
        ["train.epochs=1"],
    ),
    **{
        f"lstm-forecaster, {network}, {cell}": (
            "lstm-forecaster",
            [f"network={network}", f"cell={cell}"],
            ["train.steps=20"],
        )
        for network in ("segment", "plain")
        for cell in ("lstm", "gru", "simple_rnn")
    },
    "lstm-forecaster, segment, lstm, quantiles": (
        "lstm-forecaster",
        ["output=quantiles"],
        ["train.steps=20"],
    ),
    **{
        f"autoencoder-anomaly, logs, {network}": (
            "autoencoder-anomaly",
            [f"network={network}"],
            ["train.steps=50"],
        )
        for network in ("denoising", "bottleneck", "lstm", "variational")
    },
    **{
        f"autoencoder-anomaly, tables, {network}": (
            "autoencoder-anomaly",
            ["kind=table", f"network={network}"],
            ["train.steps=50"],
        )
        for network in ("denoising", "bottleneck", "variational")
    },
    **{
        f"transformer-classifier, {network}, {tokens}": (
            "transformer-classifier",
            [f"network={network}", f"tokenization={tokens}"],
            ["train.epochs=1"],
        )
        for network, tokens in (
            ("ngram", "character"),
            ("textbook", "character"),
            ("ngram", "byte"),
            ("ngram", "word"),
            ("ngram", "subword"),
        )
    },
}
BEGIN, END = "<!-- begin: benchmarks/exports.py -->", "<!-- end -->"
FORMATS: dict[str, list[str]] = {
    "SavedModel": [],
    "ONNX": ["--format", "onnx"],
    "LiteRT": ["--format", "litert"],
    "float16": ["--format", "litert", "--precision", "float16"],
    "dynamic-int8": ["--format", "litert", "--precision", "dynamic-int8"],
    "int8": ["--format", "litert", "--precision", "int8"],
}


@click.command()
@click.option("--folder", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--jobs", default=2, show_default=True, help="Projects at once.")
@click.option(
    "--page",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    default=Path("docs/exports.md"),
    show_default=True,
    help="Where the table is written.",
)
def exports(folder: Path, jobs: int, page: Path) -> None:
    """Exports every network in every format, and tells the largest differences."""
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(jobs) as pool:
        rows = list(pool.map(lambda name: _row(folder, name), NETWORKS))
    reasons = [
        f"- {name}, {kind}: {why}" for name, row in rows for kind, (_, why) in row.items() if why
    ]
    lines = [
        f"| | {' | '.join(FORMATS)} |",
        f"| --- |{' --- |' * len(FORMATS)}",
        *(f"| {name} | {' | '.join(cell for cell, _ in row.values())} |" for name, row in rows),
    ]
    if reasons:
        lines += ["", "Refused:", "", *reasons]
    table = "\n".join(lines)
    click.echo(table)
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", "utf-8")


def _row(folder: Path, name: str) -> tuple[str, dict[str, tuple[str, str]]]:
    template, answers, settings = NETWORKS[name]
    project = folder / name.replace(", ", "_").replace("-", "_")
    if not list(project.glob("runs/*/model.keras")):
        chosen = [part for answer in answers for part in ("--set", answer)]
        _run(folder, "dltemplates", "new", template, project.name, "--defaults", *chosen)
        changed = [part for setting in settings for part in ("--set", setting)]
        trained = _run(project, project.name, "train", *changed)
        if trained.returncode:
            raise click.ClickException(f"{name}: {trained.stderr}")
    return name, {kind: _cell(project, options) for kind, options in FORMATS.items()}


def _cell(project: Path, options: list[str]) -> tuple[str, str]:
    """The largest difference, or that it is refused and why."""
    found = _run(project, project.name, "export", "--json", *options)
    print(project.name, *options, found.returncode, file=sys.stderr)
    if found.returncode:
        lines = [line for line in found.stderr.splitlines() if line.startswith("Error: ")]
        if not lines:
            raise click.ClickException(f"{project.name} {options}: {found.stderr}")
        return "refused", lines[-1].removeprefix("Error: ")
    return f"{json.loads(found.stdout)['parity']['largest_difference']:.0e}", ""


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8")
