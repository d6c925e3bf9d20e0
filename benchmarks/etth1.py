"""Errors on ETTh1, by the protocol that published forecasters are compared with."""

import json
import tempfile
from pathlib import Path

import click

from benchmarks.measuring import run_module

# Train, validation and test end at these rows; the scaler sees the first alone.
PROTOCOL = ("data.train_end=8640", "data.validation_end=11520", "data.test_end=14400")


@click.command("etth1")
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True),
    default=Path("../shared/data/forecasting/ETTh1.csv"),
    show_default=True,
    help="The CSV file.",
)
@click.option(
    "--horizon", "horizons", multiple=True, type=int, default=(96, 192, 336, 720), show_default=True
)
@click.option("--seed", "seeds", multiple=True, type=int, default=(0, 1, 2), show_default=True)
@click.option("--set", "settings", multiple=True, help="A setting of the project, for ablations.")
@click.option("--split", default="test", show_default=True)
def etth1(
    data: Path,
    horizons: tuple[int, ...],
    seeds: tuple[int, ...],
    settings: tuple[str, ...],
    split: str,
) -> None:
    """Trains a generated forecaster for each horizon and seed, and evaluates it on all windows."""
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        run_module(work, "dltemplates", "new", "lstm-forecaster", "etth1", "--defaults")
        print("| horizon | seed | training, s | residual share | MSE | MAE | ridge MSE | ridge MAE "
              "| coverage of 90 % intervals, by quarter of the horizon |\n"
              "| --- | --- | --- | --- | --- | --- | --- | --- | --- |")  # fmt: skip
        for horizon in horizons:
            for seed in seeds:
                chosen = (*PROTOCOL, f"data.horizon={horizon}", f"train.seed={seed}", *settings)
                print(_row(work / "etth1", data.resolve(), chosen, horizon, seed, split))


def _row(
    project: Path, data: Path, settings: tuple[str, ...], horizon: int, seed: int, split: str
) -> str:
    chosen = [p for s in ("data.source=path", f"data.path={data}", *settings) for p in ("--set", s)]
    trained = json.loads(run_module(project, "etth1", "train", "--json", *chosen)[0])
    report = json.loads(run_module(project, "etth1", "evaluate", "--json", "--split", split)[0])
    network, ridge = report["scores"]["network"], report["scores"]["ridge"]
    coverage = " ".join(f"{share:.1%}" for share in network["coverage"])
    return (
        f"| {horizon} | {seed} | {trained['training_seconds']:.0f} "
        f"| {trained['residual_share']:.2f} | {network['mse']:.4f} | {network['mae']:.4f} "
        f"| {ridge['mse']:.4f} | {ridge['mae']:.4f} | {coverage} |"
    )
