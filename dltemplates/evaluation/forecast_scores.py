"""How well one forecaster did, summed up a chunk of windows at a time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dltemplates.data.forecast_data import ForecastData, Windows
from dltemplates.evaluation.conformal import ConformalIntervals
from dltemplates.evaluation.rolling_origin import answers


@dataclass(frozen=True)
class ForecastScores:
    """One forecaster on one split. Scaled values have mean 0 and scale 1 in the training rows.

    Attributes:
        mse: Mean squared error of the point forecasts, on scaled values.
        mae: Mean absolute error of the point forecasts, on scaled values.
        mase: Mean absolute error over that of the seasonal-naive forecast in the training rows, a
            season ahead (Hyndman and Koehler, 2006,
            https://doi.org/10.1016/j.ijforecast.2006.03.001). Series where that is 0 or unknown are
            left out; None where all are.
        smape: Symmetric mean absolute percentage error, 0 to 200, in the series' own unit.
        crps: Continuous ranked probability score on scaled values, approximated by twice the mean
            pinball loss over the quantiles; of a point forecast it is the mean absolute error.
        coverage: Share of the targets in the intervals, at each quarter of the horizon; None
            without intervals.
        width: Mean width of the intervals, on scaled values.
        mse_by_step: `mse` at each step of the horizon.
        mae_by_step: `mae` at each step of the horizon.
        coverage_by_step: `coverage` at each step of the horizon.
        mae_by_series: Mean absolute error of each series, in its own unit.
    """

    mse: float
    mae: float
    mase: float | None
    smape: float
    crps: float
    coverage: list[float] | None
    width: float | None
    mse_by_step: list[float]
    mae_by_step: list[float]
    coverage_by_step: list[float] | None
    mae_by_series: list[float]


class ScoreKeeper:
    """Sums errors over windows, so that no more than one chunk of forecasts is ever in memory.

    Args:
        data: The series.
        quantiles: Levels of the forecasts' last axis, where they have three.
        intervals: The intervals around the forecasts, if any.
    """

    def __init__(
        self,
        data: ForecastData,
        quantiles: Sequence[float] = (),
        intervals: ConformalIntervals | None = None,
    ) -> None:
        self._mean, self._scale = data.mean[:, None], data.scale[:, None]
        self._naive_errors = seasonal_errors(data)
        self._quantiles = tuple(quantiles)
        self._intervals = intervals
        names = ("observed", "squared", "absolute", "symmetric", "pinball", "covered", "width")
        self._steps = {name: np.zeros(data.horizon) for name in names}
        self._series_sums, self._series_counts = np.zeros((2, len(data.series.names)))

    def add(self, windows: Windows, forecasts: np.ndarray) -> None:
        """Compares `forecasts` of `windows` with what came.

        Args:
            windows: With targets.
            forecasts: On scaled values, `(windows, horizon)` or `(windows, horizon, quantiles)`.
        """
        series = windows.inputs["series"]
        targets, weights = answers(windows)
        targets = targets.astype("float64")
        points = self._points(forecasts).astype("float64")
        errors = np.abs(targets - points)
        self._sum("observed", np.ones_like(targets), weights)
        self._sum("squared", np.square(errors), weights)
        self._sum("absolute", errors, weights)
        self._sum("symmetric", self._symmetric(targets, points, series), weights)
        self._sum("pinball", self._pinball(targets, forecasts, errors), weights)
        self._series_sums += self._per_series(errors * weights, series)
        self._series_counts += self._per_series(weights, series)
        if self._intervals is not None:
            ends = self._intervals.around(forecasts, windows)
            inside = (ends[..., 0] <= targets) & (targets <= ends[..., 1])
            self._sum("covered", inside, weights)
            self._sum("width", ends[..., 1] - ends[..., 0], weights)

    def scores(self) -> ForecastScores:
        """The scores of all that was added; NaN where nothing was observed."""
        covered = self._intervals is not None
        return ForecastScores(
            mse=self._overall("squared"),
            mae=self._overall("absolute"),
            mase=self._mase(),
            smape=200.0 * self._overall("symmetric"),
            crps=2.0 * self._overall("pinball"),
            coverage=self._by_quarter("covered") if covered else None,
            width=self._overall("width") if covered else None,
            mse_by_step=self._by_step("squared"),
            mae_by_step=self._by_step("absolute"),
            coverage_by_step=self._by_step("covered") if covered else None,
            mae_by_series=_ratios(self._series_sums * self._scale[:, 0], self._series_counts),
        )

    def _sum(self, name: str, values: np.ndarray, weights: np.ndarray) -> None:
        self._steps[name] += (values * weights).sum(axis=0, dtype="float64")

    def _points(self, forecasts: np.ndarray) -> np.ndarray:
        return forecasts if forecasts.ndim == 2 else forecasts[..., self._quantiles.index(0.5)]

    def _symmetric(self, targets: np.ndarray, points: np.ndarray, series: np.ndarray) -> np.ndarray:
        """|error| / (|target| + |forecast|) in the own unit; 0 where both are 0."""
        mean, scale = self._mean[series], self._scale[series]
        targets, points = targets * scale + mean, points * scale + mean
        sizes = np.abs(targets) + np.abs(points)
        return np.divide(np.abs(targets - points), sizes, where=sizes > 0, out=np.zeros_like(sizes))

    def _pinball(
        self, targets: np.ndarray, forecasts: np.ndarray, errors: np.ndarray
    ) -> np.ndarray:
        """Mean pinball loss over the quantiles; half the absolute error of a point forecast."""
        if forecasts.ndim == 2:
            return errors / 2
        total = np.zeros_like(targets)
        for place, level in enumerate(self._quantiles):
            misses = targets - forecasts[..., place]
            total += np.maximum(level * misses, (level - 1.0) * misses)
        return total / len(self._quantiles)

    def _per_series(self, values: np.ndarray, series: np.ndarray) -> np.ndarray:
        return np.bincount(series, values.sum(axis=1), minlength=len(self._naive_errors))

    def _mase(self) -> float | None:
        usable = np.isfinite(self._naive_errors) & (self._series_counts > 0)
        if not usable.any():
            return None
        scaled = self._series_sums[usable] / self._naive_errors[usable]
        return float(scaled.sum() / self._series_counts[usable].sum())

    def _overall(self, name: str) -> float:
        total = self._steps["observed"].sum()
        return float(self._steps[name].sum() / total) if total else math.nan

    def _by_step(self, name: str) -> list[float]:
        return _ratios(self._steps[name], self._steps["observed"])

    def _by_quarter(self, name: str) -> list[float]:
        parts = min(4, len(self._steps[name]))
        sums = [part.sum() for part in np.array_split(self._steps[name], parts)]
        counts = [part.sum() for part in np.array_split(self._steps["observed"], parts)]
        return _ratios(np.array(sums), np.array(counts))


def seasonal_errors(data: ForecastData) -> np.ndarray:
    """Mean absolute error of the seasonal-naive forecast in the training rows, on scaled values.

    Of each series, `(series,)`; NaN where it is 0, or no two rows a season apart were observed.
    """
    rows, period = data.splits["train"], data.seasonal_period
    values = data.series.values[:, rows.start : rows.stop].astype("float64")
    changes = np.abs(values[:, period:] - values[:, :-period])
    observed = np.isfinite(changes)
    sums, counts = np.where(observed, changes, 0.0).sum(axis=1), observed.sum(axis=1)
    usable = sums > 0
    return np.divide(sums, counts * data.scale, where=usable, out=np.full(len(sums), np.nan))


def _ratios(sums: np.ndarray, counts: np.ndarray) -> list[float]:
    return np.divide(sums, counts, where=counts > 0, out=np.full(len(sums), np.nan)).tolist()
