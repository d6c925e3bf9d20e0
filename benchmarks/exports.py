"""Every template, network and format: how far exports are from their models, or why there is none.

    python -m benchmarks exports --folder FOLDER

trains and exports in an empty folder, or goes on in one where it was stopped, and writes the table
in `docs/exports.md`, between the lines that say so.
"""

import importlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import click
from click.testing import CliRunner

_ROOT = Path(__file__).parents[1]
# By format, the largest difference, or that it is refused and why.
Row = dict[str, tuple[str, str]]
NETWORKS: dict[str, tuple[str, list[str], list[str]]] = {
    "cnn-classifier, resnet": ("cnn-classifier", [], []),
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
            [f"train.steps={steps}"],
        )
        # The segment network has a part in the answer once it is better than its ridge regression.
        for network, steps in (("segment", 200), ("plain", 20))
        for cell in ("lstm", "gru", "simple_rnn")
    },
    "lstm-forecaster, segment, lstm, quantiles": (
        "lstm-forecaster",
        ["output=quantiles"],
        ["train.steps=200"],
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
    """Exports every network in every format, and tells the largest differences.

    The table is written after each network, with those that there are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, Row] = {}
    with ThreadPoolExecutor(jobs) as pool:
        for done in as_completed([pool.submit(_row, folder, name) for name in NETWORKS]):
            name, row = done.result()
            rows[name] = row
            before, _, rest = page.read_text("utf-8").partition(BEGIN)
            after = rest.partition(END)[2]
            page.write_text(f"{before}{BEGIN}\n\n{_table(rows)}\n\n{END}{after}", "utf-8")


def _table(found: dict[str, Row]) -> str:
    rows = [(name, found[name]) for name in NETWORKS if name in found]
    reasons = [
        f"- {name}, {kind}: {why}" for name, row in rows for kind, (_, why) in row.items() if why
    ]
    lines = [
        f"| | {' | '.join(FORMATS)} |",
        f"| --- |{' --- |' * len(FORMATS)}",
        *(f"| {name} | {' | '.join(cell for cell, _ in row.values())} |" for name, row in rows),
    ]
    return "\n".join([*lines, "", "Refused:", "", *reasons] if reasons else lines)


def _row(folder: Path, name: str) -> tuple[str, Row]:
    template, answers, settings = NETWORKS[name]
    project = folder / re.sub(r"-\w+", "", name).replace(", ", "_")
    if not list(project.glob("runs/*/model.keras")):
        chosen = [part for answer in answers for part in ("--set", answer)]
        _run(folder, "dltemplates", "new", template, project.name, "--defaults", *chosen)
        changed = [part for setting in settings for part in ("--set", setting)]
        trained = _run(project, project.name, "train", *changed)
        if trained.returncode:
            raise click.ClickException(f"{name}: {trained.stderr}")
    kept = project / "exports.json"  # where a row was made before the others were stopped
    if not kept.exists():
        done = _run(project, "benchmarks.exports", project.name, json.dumps(FORMATS))
        if done.returncode:
            raise click.ClickException(f"{name}: {done.stderr}")
        kept.write_text(done.stdout, "utf-8")
    print(name, file=sys.stderr)
    return name, {kind: _cell(*found) for kind, found in json.loads(kept.read_text()).items()}


def _cell(failed: int, said: str, error: str) -> tuple[str, str]:
    """The largest difference, or that it is refused and why."""
    if not failed:
        return f"{json.loads(said)['parity']['largest_difference']:.0e}", ""
    lines = [line for line in error.splitlines() if line.startswith("Error: ")]
    if not lines:
        raise click.ClickException(error)
    return "refused", lines[-1].removeprefix("Error: ")


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", *arguments]
    environment = os.environ | {"PYTHONPATH": str(_ROOT)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
    )


def _export(package: str, formats: dict[str, list[str]]) -> dict[str, tuple[int, str, str]]:
    """Exports the run of the project that this process is in, as its commands do."""
    main = importlib.import_module(f"{package}.__main__")
    commands = main.command_line(package, main.SUMMARY)
    found = {}
    for kind, options in formats.items():
        done = CliRunner().invoke(commands, ["export", "--json", *options])
        found[kind] = done.exit_code, done.stdout, done.stderr
    return found


if __name__ == "__main__":
    print(json.dumps(_export(sys.argv[1], json.loads(sys.argv[2]))))
