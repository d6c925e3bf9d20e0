"""Intervals around forecasts that cover what they promise."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dltemplates.data.forecast_data import ForecastData, Windows
from dltemplates.errors import DataError
from dltemplates.evaluation.forecast_baselines import Forecaster
from dltemplates.evaluation.rolling_origin import answers, window_chunks

SPREAD_FLOOR = 0.1
_ENOUGH = 20  # times the fewest scores that a coverage needs, for margins of one series alone


@dataclass(frozen=True)
class ConformalIntervals:
    """Margins by which forecasts are widened to cover a share of what comes.

    A margin is in units of the window's own spread (see `window_spread`): a calm window gets a
    narrower interval than a restless one, and the coverage holds better when the series changes.

    Attributes:
        coverage: Share that the intervals should cover, between 0 and 1.
        margins: float32, `(series, horizon)`. Below 0 where quantile forecasts were too wide.
        bounds: Places of the lower and the upper quantile among the forecasts; None for point
            forecasts.
        windows: Number of calibration windows.
    """

    coverage: float
    margins: np.ndarray
    bounds: tuple[int, int] | None
    windows: int

    def around(self, forecasts: np.ndarray, windows: Windows) -> np.ndarray:
        """Lower and upper end, `(windows, horizon, 2)`, on scaled values.

        Args:
            forecasts: Those of `windows`: `(windows, horizon)`, or with quantiles
                `(windows, horizon, quantiles)`.
            windows: What they were made from.
        """
        low, high = _ends(forecasts, self.bounds)
        spread = window_spread(windows.inputs["values"])
        margin = self.margins[windows.inputs["series"]] * spread[:, None]
        # A margin below 0 can turn a narrow interval inside out; it then shrinks to its middle.
        margin = np.maximum(margin, (low - high) / 2)
        return np.stack([low - margin, high + margin], axis=-1)


def calibrate(
    data: ForecastData,
    forecaster: Forecaster,
    coverage: float,
    *,
    quantiles: Sequence[float] = (),
    split: str = "validation",
    limit: int = 20_000,
) -> ConformalIntervals:
    """Split-conformal margins from a split that the forecaster was not fitted to.

    A margin is the smallest that would have covered the share `coverage` of the split, with the
    correction for its finite size; one a step of the horizon and a series, or one a step for all
    series where each has few windows. The guarantee supposes that past and future errors are
    exchangeable. Those of neighbouring windows are not, so measure the coverage on the test split.

    Args:
        data: The series.
        forecaster: From `Windows` to `(windows, horizon)`, or with quantiles
            `(windows, horizon, quantiles)`.
        coverage: Share to cover, between 0 and 1.
        quantiles: Levels of the forecaster's last axis; the two nearest to the interval's ends are
            widened. Empty for point forecasts.
        split: Split to calibrate on.
        limit: Largest number of windows; see `window_pairs`.

    Raises:
        DataError: There are too few windows for this coverage.

    Reference:
        Romano et al., 2019, "Conformalized Quantile Regression" (https://arxiv.org/abs/1905.03222);
        for errors in units of a spread, Lei et al., 2018, "Distribution-Free Predictive Inference
        for Regression" (https://arxiv.org/abs/1604.04173).
    """
    bounds = interval_bounds(quantiles, coverage) if quantiles else None
    scores, weights, series = [], [], []
    for windows in window_chunks(data, split, limit):
        ends = np.stack(_ends(forecaster(windows), bounds), axis=-1)
        spread = window_spread(windows.inputs["values"])
        targets, observed = answers(windows)
        scores.append(conformity_scores(targets, ends) / spread[:, None])
        weights.append(observed)
        series.append(windows.inputs["series"])
    all_scores, all_weights = np.concatenate(scores), np.concatenate(weights)
    return ConformalIntervals(
        coverage,
        _margins_by_series(
            all_scores, all_weights, np.concatenate(series), len(data.series.names), coverage
        ),
        bounds,
        len(all_scores),
    )


def check_calibration(data: ForecastData, coverage: float, split: str = "validation") -> None:
    """Refuses, before any training, a split that is too small to calibrate intervals on.

    Raises:
        DataError: There are too few windows for this coverage, or there is no such split.
    """
    observed = sum(
        (answers(windows)[1] > 0).sum(axis=0) for windows in window_chunks(data, split, 20_000)
    )
    _check_counts(np.asarray(observed), coverage)


def margins(
    targets: np.ndarray,
    forecasts: np.ndarray,
    coverage: float,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """The margin at each step that would have covered the share `coverage` of `targets`.

    Args:
        targets: `(windows, horizon)`.
        forecasts: Points, `(windows, horizon)`, or lower and upper ends, `(windows, horizon, 2)`.
        coverage: Share to cover, between 0 and 1.
        weights: `(windows, horizon)`, 0 where a target is missing; None if none is.

    Returns:
        `(horizon,)`.

    Raises:
        DataError: A step has too few targets for this coverage.
    """
    scores = conformity_scores(targets, forecasts)
    return _step_margins(scores, np.ones_like(scores) if weights is None else weights, coverage)


def conformity_scores(targets: np.ndarray, forecasts: np.ndarray) -> np.ndarray:
    """How far each target lies outside its forecast, `(windows, horizon)`; below 0 when inside.

    `forecasts` are points, `(windows, horizon)`, or lower and upper ends, `(windows, horizon, 2)`.
    """
    if forecasts.ndim == 2:
        return np.abs(targets - forecasts)
    return np.maximum(forecasts[..., 0] - targets, targets - forecasts[..., 1])


def window_spread(values: np.ndarray) -> np.ndarray:
    """The unit of the margins: each window's standard deviation, but never nearly 0, `(windows,)`.

    `values` are scaled, `(windows, lookback)`. A tenth of the series' own standard deviation is
    added in squares, so that a window without any change still gets an interval.
    """
    return np.sqrt(values.var(axis=1) + SPREAD_FLOOR**2)


def fewest_windows(coverage: float) -> int:
    """The fewest forecasts from which an interval of this coverage can be calibrated."""
    if not 0.0 < coverage < 1.0:
        raise ValueError(f"Expected `coverage` between 0 and 1, received {coverage}.")
    return math.ceil(coverage / (1.0 - coverage) - 1e-9)


def interval_bounds(quantiles: Sequence[float], coverage: float) -> tuple[int, int]:
    """Places of the two quantiles nearest to the ends of a central interval.

    Raises:
        ValueError: There is no quantile on one side of the median.
    """
    levels = np.asarray(quantiles)
    if levels.min() >= 0.5 or levels.max() <= 0.5:
        raise ValueError(f"Expected `quantiles` on both sides of 0.5, received {tuple(quantiles)}.")
    low = np.where(levels < 0.5, np.abs(levels - (1 - coverage) / 2), np.inf).argmin()
    high = np.where(levels > 0.5, np.abs(levels - (1 + coverage) / 2), np.inf).argmin()
    return int(low), int(high)


def _ends(forecasts: np.ndarray, bounds: tuple[int, int] | None) -> tuple[np.ndarray, np.ndarray]:
    if bounds is None:
        return forecasts, forecasts
    return forecasts[..., bounds[0]], forecasts[..., bounds[1]]


def _margins_by_series(
    scores: np.ndarray, weights: np.ndarray, series: np.ndarray, count: int, coverage: float
) -> np.ndarray:
    """Margins of each series where all have enough scores, else the same for all."""
    enough = _ENOUGH * fewest_windows(coverage)
    if all((weights[series == index].sum(axis=0) >= enough).all() for index in range(count)):
        each = [
            _step_margins(scores[series == index], weights[series == index], coverage)
            for index in range(count)
        ]
        return np.stack(each).astype("float32")
    return np.tile(_step_margins(scores, weights, coverage), (count, 1)).astype("float32")


def _step_margins(scores: np.ndarray, weights: np.ndarray, coverage: float) -> np.ndarray:
    """The quantile of the scores at each step, with the correction for their finite number."""
    counts = (weights > 0).sum(axis=0)
    _check_counts(counts, coverage)
    ordered = np.sort(np.where(weights > 0, scores, np.inf), axis=0)
    place = np.ceil((counts + 1) * coverage - 1e-9).astype("int64") - 1
    return np.take_along_axis(ordered, place[None], axis=0)[0]


def _check_counts(counts: np.ndarray, coverage: float) -> None:
    fewest = fewest_windows(coverage)
    if counts.min() < fewest:
        raise DataError(
            f"{counts.min():,} forecasts of step {counts.argmin() + 1} can be compared with what "
            f"came; intervals of {coverage:.0%} need {fewest:,}.",
            hint="Lengthen the validation split, shorten the horizon, or ask for less coverage.",
        )
