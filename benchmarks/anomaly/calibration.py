"""False-alarm rates that finished detectors keep on normal rows they have not seen."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.anomaly.made_data import as_frame, series_laws, table_laws
from benchmarks.anomaly.nab import nab_files, write_series
from benchmarks.anomaly.projects import DetectorProject, Trained
from benchmarks.anomaly.scores import test_labels, test_values
from benchmarks.anomaly.skab import PROTOCOL, skab_files
from benchmarks.anomaly.tables import read_tables
from dltemplates.export.anomaly_detector import normal_scores, raw_scores

RATES = (0.01, 0.005, 0.001)
_SIZES = (2_000, 12_000)  # rows to learn from, of made data
_UNSEEN = 50_000
_VALIDATION = 0.2
_ENOUGH = 10  # alarms expected, to judge a rate by
_NOISY = ("art_noisy", "art_daily_small_noise")  # the others of NAB repeat themselves exactly


@dataclass(frozen=True)
class Case:
    """Data to keep a false-alarm rate on.

    Attributes:
        group: What they are judged together with.
        name: What a row of the table is called; cases of one name are taken together.
        kind: `series` or `table`.
        write: From a folder and a seed to a file and the settings that divide it.
    """

    group: str
    name: str
    kind: str
    write: Callable[[Path, int], tuple[Path, Sequence[str]]]


@dataclass(frozen=True)
class Kept:
    """What became of the rates.

    Attributes:
        case: Whose.
        effective: Held-out scores, counted as independent ones.
        finest: The finest rate that the detector admits.
        probability: Of each unseen normal row: how often a normal one scores higher.
        seconds: Within training steps.
    """

    case: Case
    effective: int
    finest: float
    probability: np.ndarray
    seconds: float

    @classmethod
    def of(cls, case: Case, trained: Trained) -> "Kept":
        normal = normal_scores(trained.model)
        raw = raw_scores(trained.model, test_values(trained))[~test_labels(trained)]
        return cls(
            case, normal.effective, normal.finest, normal.tail_probability(raw), trained.seconds
        )


def measure_calibration(
    folder: Path, seeds: tuple[int, ...], settings: tuple[str, ...], groups: tuple[str, ...]
) -> None:
    """Prints a row a case and seed, and how many cases of each group keep a rate."""
    chosen = {"made": _made(), "tables": _tables(folder), "series": _series(folder)}
    kept: list[Kept] = []
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        projects = {kind: DetectorProject(work, kind=kind) for kind in ("series", "table")}
        for case in (case for group in groups for case in chosen[group]):
            for seed in seeds:
                file, ends = case.write(work, seed)
                trained = projects[case.kind].train(file, [*ends, f"train.seed={seed}", *settings])
                kept.append(Kept.of(case, trained))
                shares = (
                    f"{(kept[-1].probability <= rate).mean():.3%} at {rate:.1%}" for rate in RATES
                )
                print(
                    f"{case.name}: {', '.join(shares)}; {kept[-1].effective} independent rows",
                    file=sys.stderr,
                )
    _show_cases(kept)
    _show_groups(kept)


def _made() -> Iterator[Case]:
    for kind, laws in (("series", series_laws()), ("table", table_laws())):
        for name, law in laws.items():
            for rows in _SIZES:

                def write(folder: Path, seed: int, law=law, rows=rows, kind=kind):
                    values = law(np.random.default_rng(seed), rows + _UNSEEN)
                    return _divided(folder, as_frame(values), rows, kind)

                yield Case(f"made, {kind}", f"{name}; {rows:,} rows", kind, write)


def _tables(folder: Path) -> Iterator[Case]:
    for table in read_tables(folder / "tabular"):

        def write(work: Path, seed: int, table=table):
            return table.write(work)

        yield Case("ADBench", table.name, "table", write)


def _series(folder: Path) -> Iterator[Case]:
    def whole(work: Path, seed: int):
        log = pd.read_csv(folder / "series/skab-anomaly-free.csv", sep=";")
        log = log.drop(columns=["datetime", "anomaly", "changepoint"], errors="ignore")
        return _divided(work, log.assign(anomaly=0), len(log) * 7 // 10, "series")

    yield Case("SKAB", "SKAB, free of anomalies", "series", whole)
    for file in skab_files(folder / "series/skab-valve1"):
        yield Case(
            "SKAB", "SKAB, valve 1", "series", lambda work, seed, file=file: (file, PROTOCOL)
        )
    nab = folder / "series/nab"
    for name in _NOISY:

        def artificial(work: Path, seed: int, name=name):
            series = pd.read_csv(nab / f"artificialNoAnomaly/{name}.csv")[["value"]]
            return _divided(work, series.assign(anomaly=0), len(series) * 7 // 10, "series")

        yield Case("NAB", f"NAB, {name}", "series", artificial)
    for file in nab_files(nab):

        def labelled(work: Path, seed: int, file=file):
            return write_series(nab, file, work)

        yield Case("NAB", f"NAB, {file.parent.name}", "series", labelled)


def _divided(folder: Path, table: pd.DataFrame, rows: int, kind: str) -> tuple[Path, Sequence[str]]:
    """Writes a table whose first `rows` are to learn from; the last fifth of them calibrates."""
    path = folder / "normal.parquet"
    table.to_parquet(path, index=False)
    settings = [
        f"data.train_end={rows - round(_VALIDATION * rows)}",
        f"data.validation_end={rows}",
    ]
    return path, [*settings, "data.timestamp=none"] if kind == "series" else settings


def _show_cases(kept: list[Kept]) -> None:
    print("| | detectors | held out, as independent rows | unseen normal rows | "
          + " | ".join(f"asked for {rate:.1%} (ratio)" for rate in RATES)
          + " | training, s |\n" + "| --- " * (5 + len(RATES)) + "|")  # fmt: skip
    for name in dict.fromkeys(each.case.name for each in kept):
        cases = [each for each in kept if each.case.name == name]
        effective = [each.effective for each in cases]
        probability = np.concatenate([each.probability for each in cases])
        cells = [
            "refused" if rate < max(each.finest for each in cases) else
            f"{(probability <= rate).mean():.3%} ({(probability <= rate).mean() / rate:.2f})"
            for rate in RATES
        ]  # fmt: skip
        span = f"{min(effective)}–{max(effective)}" if len(set(effective)) > 1 else effective[0]
        print(
            f"| {name} | {len(cases)} | {span} | {len(probability):,} | {' | '.join(cells)} "
            f"| {np.mean([each.seconds for each in cases]):.1f} |"
        )


def _show_groups(kept: list[Kept]) -> None:
    print(
        f"\nEach detector for itself, where {_ENOUGH} or more false alarms are expected: how many "
        "keep the rate within half and twice, and the median ratio. Without a caution: where one "
        "false alarm or more is expected among the held-out rows, counted as independent ones.\n\n"
        "| | " + " | ".join(f"{rate:.1%}" for rate in RATES) + " |\n"
        "| --- " + "| --- " * len(RATES) + "|"
    )
    for group in dict.fromkeys(each.case.group for each in kept):
        detectors = [each for each in kept if each.case.group == group]
        for name, least in ((group, 0.0), (f"{group}, without a caution", 1.0)):
            cells = [
                _share([each for each in detectors if rate * each.effective >= least], rate)
                for rate in RATES
            ]
            print(f"| {name} | {' | '.join(cells)} |")


def _share(kept: list[Kept], rate: float) -> str:
    ratios = [
        (each.probability <= rate).mean() / rate
        for each in kept
        if rate * len(each.probability) >= _ENOUGH and rate >= each.finest
    ]
    if not ratios:
        return "none to judge by"
    near = sum(0.5 <= ratio <= 2.0 for ratio in ratios)
    return f"{near} of {len(ratios)}; {np.median(ratios):.2f}"
