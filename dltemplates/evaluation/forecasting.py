"""A forecaster's rolling-origin backtest, beside the simplest baselines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from dltemplates.data.forecast_data import ForecastData
from dltemplates.evaluation.conformal import ConformalIntervals
from dltemplates.evaluation.forecast_baselines import Forecaster, baselines_left_out
from dltemplates.evaluation.forecast_scores import ForecastScores, ScoreKeeper
from dltemplates.evaluation.rolling_origin import window_chunks

_BY_STEP = ("mse", "mae", "coverage")
_BETTER = 0.999


@dataclass(frozen=True)
class Fallback:
    """Why a forecaster is no better than a baseline: validation made it one.

    Attributes:
        baselines: Names of the baselines that forecast the same.
        reason: A sentence that says so.
    """

    baselines: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class ForecastReport:
    """Forecasters on one split, every one on the same windows.

    Attributes:
        split: Name of the split.
        origins: Number of origins in the split.
        series: Names of the series.
        windows: Number of windows that were forecast: one for each origin and series, unless fewer
            were asked for.
        lookback: Rows that a forecast looks back on.
        horizon: Rows that a forecast reaches ahead.
        coverage: Share that the intervals should cover; None without intervals.
        scores: Of each forecaster, the one in question first, then the baselines.
        fallback: The baselines that the one in question is, if it is any.
        notes: What else to know of the comparison, a sentence each.
    """

    split: str
    origins: int
    series: list[str]
    windows: int
    lookback: int
    horizon: int
    coverage: float | None
    scores: dict[str, ForecastScores]
    fallback: Fallback | None = None
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict:
        """Everything but the scores by step and by series, which may be many; with the verdict."""
        report = asdict(self)
        report["series"] = len(self.series)
        report["scores"] = {
            name: {key: value for key, value in scores.items() if "_by_" not in key}
            for name, scores in report["scores"].items()
        }
        return {**report, "verdict": self.verdict()}

    def verdict(self) -> str:
        """Whether the first forecaster beats the others, in plain words; empty if there is none.

        Less than a thousandth better counts as no better. Baselines that it has become are not
        compared: their figures are the same.
        """
        if self.fallback is None:
            return self._comparison(list(self.scores))
        same = self.fallback.baselines
        names = [name for name in self.scores if name not in same]
        return " ".join(filter(None, [self.fallback.reason, self._comparison(names)]))

    def _comparison(self, names: list[str]) -> str:
        """The first of `names` beside the others; empty if there are none."""
        (name, ours), *others = [(name, self.scores[name]) for name in names]
        if not others:
            return ""
        lost = []
        for metric in ("mse", "mae"):
            best, theirs = min(others, key=lambda other: getattr(other[1], metric))
            left, right = getattr(ours, metric), getattr(theirs, metric)
            if not left < right * _BETTER:  # also where ours is not a number
                lost.append(f"{best} by {metric.upper()} ({left:.4f} against {right:.4f})")
        if lost:
            return f"The {name} does not beat {', nor '.join(lost)}."
        best, theirs = min(others, key=lambda other: other[1].mse)
        gain = 1.0 - ours.mse / theirs.mse
        every = "every baseline" if self.fallback is None else "every other baseline"
        return f"The {name} beats {every}; its MSE is {gain:.1%} below that of {best}."

    def __str__(self) -> str:
        lines = [
            f"{self.split}: {self.windows:,} windows of {self.origins:,} origins and "
            f"{len(self.series):,} series, {self.horizon:,} steps ahead from {self.lookback:,}",
            f"  {'':16} {'MSE':>9} {'MAE':>9} {'MASE':>9} {'sMAPE %':>9} {'CRPS':>9}",
        ]
        for name, each in self.scores.items():
            mase = "-" if each.mase is None else f"{each.mase:.4f}"
            lines.append(
                f"  {name[:16]:16} {each.mse:9.4f} {each.mae:9.4f} {mase:>9} {each.smape:9.2f} "
                f"{each.crps:9.4f}"
            )
        lines.append(
            "  MSE, MAE and CRPS are on scaled values: 1 is a series' standard deviation in the "
            "training rows."
        )
        lines += self._interval_lines()
        return "\n".join([*lines, *filter(None, [*self.notes, self.verdict()])])

    def write_steps(self, path: Path) -> None:
        """Writes the scores at each step as CSV: a row a step, columns such as `ridge mse`."""
        columns = {
            f"{name} {metric}": getattr(each, f"{metric}_by_step")
            for name, each in self.scores.items()
            for metric in _BY_STEP
            if getattr(each, f"{metric}_by_step") is not None
        }
        steps = pd.RangeIndex(1, self.horizon + 1, name="step")
        pd.DataFrame(columns, index=steps).to_csv(path, encoding="utf-8")

    def write_series(self, path: Path) -> None:
        """Writes each series' mean absolute error, in its own unit, as CSV: a row a series."""
        columns = {f"{name} mae": each.mae_by_series for name, each in self.scores.items()}
        names = pd.Index(self.series, name="series")
        pd.DataFrame(columns, index=names).to_csv(path, encoding="utf-8")

    def _interval_lines(self) -> list[str]:
        if self.coverage is None:
            return []
        title = f"{self.coverage:.0%} intervals"
        lines = ["", f"  {title:16} {'cover, by quarter of the horizon':>39} {'width':>9}"]
        for name, each in self.scores.items():
            if each.coverage is None:
                continue
            shares = " ".join(f"{share:9.1%}" for share in each.coverage)
            lines.append(f"  {name[:16]:16} {shares} {each.width:9.4f}")
        return lines


def forecast_report(
    data: ForecastData,
    split: str,
    forecasters: Mapping[str, Forecaster],
    *,
    quantiles: Sequence[float] = (),
    intervals: Mapping[str, ConformalIntervals] | None = None,
    limit: int | None = None,
    fallback: Fallback | None = None,
) -> ForecastReport:
    """Forecasts from every origin of a split and compares with what came.

    Windows are made and forecast a chunk at a time. Missing values are never counted.

    Args:
        data: The series.
        split: `validation` or `test`.
        forecasters: By name, from `Windows` to forecasts on scaled values: points,
            `(windows, horizon)`, or quantiles, `(windows, horizon, quantiles)`. The one in question
            first, then the baselines.
        quantiles: Levels of the forecasts that have three axes; 0.5, the point forecast, among
            them.
        intervals: Of the forecasters that have them, all of the same coverage.
        limit: Largest number of windows; None for all. See `window_pairs`.
        fallback: The baselines that the forecaster in question is, if it is any.

    Raises:
        ValueError: There is no forecaster, or one answers with another shape.
    """
    if not forecasters:
        raise ValueError("Expected at least one forecaster, received none.")
    intervals = intervals or {}
    keepers = {name: ScoreKeeper(data, quantiles, intervals.get(name)) for name in forecasters}
    count = 0
    for windows in window_chunks(data, split, limit):
        size = len(windows.inputs["values"])
        shapes = [(size, data.horizon), (size, data.horizon, len(quantiles))]
        for name, forecaster in forecasters.items():
            forecasts = np.asarray(forecaster(windows))
            if forecasts.shape not in shapes[: 2 if quantiles else 1]:
                raise ValueError(
                    f"Expected forecasts of shape {shapes[bool(quantiles)]} from {name!r}, "
                    f"received {forecasts.shape}."
                )
            keepers[name].add(windows, forecasts)
        count += size
    return ForecastReport(
        split=split,
        origins=len(data.origins(split)),
        series=list(data.series.names),
        windows=count,
        lookback=data.lookback,
        horizon=data.horizon,
        coverage=next((each.coverage for each in intervals.values()), None),
        scores={name: keeper.scores() for name, keeper in keepers.items()},
        fallback=fallback,
        notes=tuple(baselines_left_out(data)),
    )
