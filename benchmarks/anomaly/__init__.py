"""`python -m benchmarks anomaly`: how well the generated detectors find, and how rarely they err.

Every command generates the project with its defaults, gives it settings of data and a seed, trains
it in this process, and asks the finished detector. Labels only measure; thresholds are the
detectors' own.
"""

from pathlib import Path

import click

GROUPS = ("made", "tables", "series")


@click.group("anomaly")
def anomaly() -> None:
    """Detection and false alarms of generated anomaly detectors."""


def _options(folder: str):
    """The options that all have: where the data lie, seeds, and settings for ablations."""
    data = click.option(
        "--data",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        default=Path("../shared/data/anomaly") / folder,
        show_default=True,
    )
    seed = click.option(
        "--seed", "seeds", multiple=True, type=int, default=(0, 1, 2), show_default=True
    )
    settings = click.option(
        "--set", "settings", multiple=True, help="A setting of the project, for ablations."
    )
    return lambda command: data(seed(settings(command)))


@anomaly.command("tables")
@_options("tabular")
@click.option("--only", multiple=True, help="Sets whose names have this in them; repeatable.")
def tables(
    data: Path, seeds: tuple[int, ...], settings: tuple[str, ...], only: tuple[str, ...]
) -> None:
    """Twelve sets of ADBench, beside the fifth nearest neighbour."""
    from benchmarks.anomaly.tables import measure_tables

    measure_tables(data.resolve(), seeds, settings, only)


@anomaly.command("skab")
@_options("series/skab-valve1")
def skab(data: Path, seeds: tuple[int, ...], settings: tuple[str, ...]) -> None:
    """The valve logs of SKAB in one confusion matrix, beside window PCA."""
    from benchmarks.anomaly.skab import measure_skab

    measure_skab(data.resolve(), seeds, settings)


@anomaly.command("nab")
@_options("series/nab")
@click.option("--only", multiple=True, help="Files whose names have this in them; repeatable.")
def nab(
    data: Path, seeds: tuple[int, ...], settings: tuple[str, ...], only: tuple[str, ...]
) -> None:
    """The artificial and CloudWatch series of NAB, beside window PCA and window neighbours."""
    from benchmarks.anomaly.nab import measure_nab

    measure_nab(data.resolve(), seeds, settings, only)


@anomaly.command("calibration")
@_options("")
@click.option(
    "--group", "groups", multiple=True, type=click.Choice(GROUPS), default=GROUPS, show_default=True
)
def calibration(
    data: Path, seeds: tuple[int, ...], settings: tuple[str, ...], groups: tuple[str, ...]
) -> None:
    """False-alarm rates on unseen normal rows, against what was asked for."""
    from benchmarks.anomaly.calibration import measure_calibration

    measure_calibration(data.resolve(), seeds, settings, groups)
